use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event(crate = "my crate")]
struct Opened;

fn main() {}
