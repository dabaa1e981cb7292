use factum::prelude::*;

#[derive(Event)]
struct Opened {
    owner: String,
}

fn main() {}
