use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Opened;

#[derive(Decider, Clone, Default)]
#[decider(events(Opened))]
struct Door;

fn main() {}
