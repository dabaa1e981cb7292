use factum::prelude::*;

#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "account", id = u64, events("Opened"))]
struct Account;

fn main() {}
