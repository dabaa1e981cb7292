use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event(rename = "account.opened")]
struct Opened;

fn main() {}
