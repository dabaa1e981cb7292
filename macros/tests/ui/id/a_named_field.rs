use factum::prelude::*;

#[derive(Id)]
struct AccountId {
    id: String,
}

fn main() {}
