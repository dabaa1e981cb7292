use factum::prelude::*;

#[derive(Id)]
struct AccountId(String, u32);

fn main() {}
