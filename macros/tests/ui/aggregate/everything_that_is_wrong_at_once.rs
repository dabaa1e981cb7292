use factum::prelude::*;

#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "", key = "x", shared_id = true, events(), event = some::Name)]
struct Account;

fn main() {}
