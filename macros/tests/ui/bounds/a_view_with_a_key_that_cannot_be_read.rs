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

struct AccountId(u32);

#[derive(Projection)]
#[projection(events(Deposited), key = AccountId, document = Balance)]
struct Balances;

fn main() {}
