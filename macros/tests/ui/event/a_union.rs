use factum::prelude::*;

#[derive(Event)]
union Amount {
    cents: u64,
}

fn main() {}
