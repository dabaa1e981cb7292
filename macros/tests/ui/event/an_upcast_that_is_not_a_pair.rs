use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event(version = 2, upcast(OpenedV1))]
struct Opened;

fn main() {}
