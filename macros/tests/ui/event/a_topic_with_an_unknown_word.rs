use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event(topic = "payments.{id}")]
struct Paid;

fn main() {}
