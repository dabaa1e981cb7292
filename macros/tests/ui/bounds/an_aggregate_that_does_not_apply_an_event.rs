use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Opened;

#[derive(Event, Serialize, Deserialize)]
struct Closed;

#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "account", id = u64, events(Opened, Closed))]
struct Account;

impl Apply<Opened> for Account {
    fn apply(&mut self, _: &Opened) {}
}

fn main() {}
