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
#[command(validate = Self::check)]
struct Open {
    #[command(target)]
    account: AccountId,
}

impl Open {
    fn check(&self) -> Result<(), u32> {
        Ok(())
    }
}

impl Handle<Open> for Account {
    type Rejection = Never;

    fn handle(&self, _: &Open) -> Result<Events<Self>, Never> {
        Ok(Events::none())
    }
}

fn main() {}
