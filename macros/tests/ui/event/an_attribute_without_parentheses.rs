use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event = "account.opened"]
struct Opened;

fn main() {}
