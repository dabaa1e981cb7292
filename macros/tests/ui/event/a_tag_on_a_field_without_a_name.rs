use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Moved(#[event(tag)] String);

fn main() {}
