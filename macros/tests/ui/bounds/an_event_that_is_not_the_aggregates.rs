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

#[derive(Event, Serialize, Deserialize)]
struct Closed;

#[derive(Command)]
struct Close {
    #[command(target)]
    account: AccountId,
}

impl Handle<Close> for Account {
    type Rejection = Never;

    fn handle(&self, _: &Close) -> Result<Events<Self>, Never> {
        Ok(Closed.into())
    }
}

fn main() {}
