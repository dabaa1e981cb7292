use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Opened;

mod loan {
    use factum::prelude::*;

    #[derive(Event, Serialize, Deserialize)]
    #[event(name = "loan.opened")]
    pub struct Opened;
}

#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "account", id = u64, events(Opened, loan::Opened))]
struct Account;

impl Apply<Opened> for Account {
    fn apply(&mut self, _: &Opened) {}
}

fn main() {}
