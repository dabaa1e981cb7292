use factum::prelude::*;

#[derive(Aggregate, Clone, Default)]
struct SavingsAccount;

fn main() {}
