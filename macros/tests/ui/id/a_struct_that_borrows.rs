use factum::prelude::*;

#[derive(Id)]
struct AccountId<'a>(&'a str);

fn main() {}
