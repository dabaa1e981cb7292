use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event(topic = "payments..made")]
struct Paid;

fn main() {}
