use factum::prelude::*;

#[derive(Event)]
enum AccountEvent {
    Opened { owner: String },
    Deposited(u64, u64),
    Closed,
}

fn main() {}
