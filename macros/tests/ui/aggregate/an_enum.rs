use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Opened;

#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "account", id = u64, events(Opened))]
enum Account {
    #[default]
    Open,
    Closed,
}

fn main() {}
