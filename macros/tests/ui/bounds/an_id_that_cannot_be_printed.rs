use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Opened;

struct AccountId;

#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "account", id = AccountId, events(Opened))]
struct Account;

impl Apply<Opened> for Account {
    fn apply(&mut self, _: &Opened) {}
}

fn main() {}
