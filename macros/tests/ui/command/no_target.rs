use factum::prelude::*;

#[derive(Id)]
struct AccountId(String);

#[derive(Event, Serialize, Deserialize)]
struct Opened;

#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "account", id = AccountId, events(Opened))]
struct Account;

impl Apply<Opened> for Account {
    fn apply(&mut self, _: &Opened) {}
}

#[derive(Command)]
struct Open {
    account: AccountId,
    owner: String,
}

fn main() {}
