use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Opened;

enum History {
    Opened(Opened),
}

#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "account", id = u64, event = History)]
struct Account;

impl Apply<History> for Account {
    fn apply(&mut self, _: &History) {}
}

fn main() {}
