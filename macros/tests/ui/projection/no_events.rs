use factum::prelude::*;

#[derive(Projection)]
struct Balances;

fn main() {}
