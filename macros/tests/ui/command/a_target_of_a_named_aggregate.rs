use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Opened;

#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "account", id = u64, events(Opened))]
struct Account;

impl Apply<Opened> for Account {
    fn apply(&mut self, _: &Opened) {}
}

#[derive(Command)]
#[command(aggregate = Account)]
struct Open {
    account: u64,
    branch: u64,
}

impl Handle<Open> for Account {
    type Rejection = Never;

    fn handle(&self, _: &Open) -> Result<Events<Self>, Never> {
        Ok(Opened.into())
    }
}

fn main() {}
