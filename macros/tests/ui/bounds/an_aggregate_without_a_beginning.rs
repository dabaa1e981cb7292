use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Opened;

#[derive(Aggregate, Clone)]
#[aggregate(category = "account", id = u64, events(Opened))]
struct Account;

impl Apply<Opened> for Account {
    fn apply(&mut self, _: &Opened) {}
}

fn main() {}
