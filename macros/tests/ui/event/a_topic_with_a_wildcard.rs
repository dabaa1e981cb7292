use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event(topic = "payments.#")]
struct Paid;

fn main() {}
