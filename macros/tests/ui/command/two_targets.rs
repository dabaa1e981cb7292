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
struct Transfer {
    #[command(target)]
    from: AccountId,
    #[command(target)]
    to: AccountId,
}

impl Handle<Transfer> for Account {
    type Rejection = Never;

    fn handle(&self, _: &Transfer) -> Result<Events<Self>, Never> {
        Ok(Events::none())
    }
}

fn main() {}
