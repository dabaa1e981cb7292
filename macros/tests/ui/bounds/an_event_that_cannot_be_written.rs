use factum::prelude::*;

#[derive(Event, Deserialize)]
struct Opened;

fn main() {}
