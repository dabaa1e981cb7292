use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event(name = "account\topened")]
struct Opened;

fn main() {}
