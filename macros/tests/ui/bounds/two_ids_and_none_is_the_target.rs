use factum::prelude::*;

#[derive(Id)]
struct AccountId(String);

#[derive(Event, Serialize, Deserialize)]
struct Sent;

#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "account", id = AccountId, events(Sent))]
struct Account;

impl Apply<Sent> for Account {
    fn apply(&mut self, _: &Sent) {}
}

#[derive(Command)]
struct Transfer {
    from: AccountId,
    amount: u64,
    to: AccountId,
}

impl Handle<Transfer> for Account {
    type Rejection = Never;

    fn handle(&self, _: &Transfer) -> Result<Events<Self>, Never> {
        Ok(Sent.into())
    }
}

fn main() {}
