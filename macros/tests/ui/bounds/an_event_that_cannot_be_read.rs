use factum::prelude::*;

#[derive(Event, Serialize)]
struct Opened;

fn main() {}
