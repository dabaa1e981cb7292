use factum::prelude::*;

struct Number;

#[derive(Id)]
struct AccountId(Number);

fn main() {}
