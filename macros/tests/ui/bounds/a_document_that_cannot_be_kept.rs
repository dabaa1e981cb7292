use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Deposited;

#[derive(Default)]
struct Balance;

impl Apply<Deposited> for Balance {
    fn apply(&mut self, _: &Deposited) {}
}

#[derive(Projection)]
#[projection(events(Deposited), document = Balance)]
struct Balances;

fn main() {}
