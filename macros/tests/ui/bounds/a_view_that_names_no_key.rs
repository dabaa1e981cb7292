use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Deposited {
    amount: u64,
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection(events(Deposited))]
struct Balance {
    amount: u64,
}

impl Apply<Deposited> for Balance {
    fn apply(&mut self, event: &Deposited) {
        self.amount += event.amount;
    }
}

fn main() {
    let _ = App::builder(MemoryStore::new()).view::<Balance>();
}
