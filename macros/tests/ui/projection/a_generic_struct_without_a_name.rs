use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Deposited {
    amount: u64,
}

#[derive(Default, Serialize, Deserialize)]
struct Balance {
    amount: u64,
}

impl Apply<Deposited> for Balance {
    fn apply(&mut self, event: &Deposited) {
        self.amount += event.amount;
    }
}

#[derive(Projection)]
#[projection(events(Deposited), document = Balance)]
struct Balances<R> {
    rates: R,
}

fn main() {}
