use factum::prelude::*;

#[derive(Id)]
#[id(prefix = "acc")]
struct AccountId(String);

fn main() {}
