use factum::{prelude::*, snapshot::SnapshotPolicy};

#[derive(Id)]
struct AccountId(String);

#[derive(Event, Serialize, Deserialize)]
struct Deposited {
    amount: u64,
}

#[derive(Aggregate, Clone, Default)]
#[aggregate(id = AccountId, events(Deposited))]
struct Account {
    balance: u64,
}

impl Apply<Deposited> for Account {
    fn apply(&mut self, event: &Deposited) {
        self.balance += event.amount;
    }
}

fn main() {
    let _ = App::builder(MemoryStore::new()).snapshots::<Account>(SnapshotPolicy::default());
}
