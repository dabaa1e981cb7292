use factum::prelude::*;

#[derive(Id)]
struct AccountId(String);

#[derive(Event, Serialize, Deserialize)]
struct Withdrawn;

#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "account", id = AccountId, events(Withdrawn))]
struct Account;

impl Apply<Withdrawn> for Account {
    fn apply(&mut self, _: &Withdrawn) {}
}

#[derive(Command)]
struct Withdraw {
    amount: u64,
    account: AccountId,
}

impl Handle<Withdraw> for Account {
    type Rejection = Never;

    fn handle(&self, _: &Withdraw) -> Result<Events<Self>, Never> {
        Ok(Withdrawn.into())
    }
}

fn main() {}
