use factum::prelude::*;

#[derive(Deserialize)]
struct OpenedV1;

#[derive(Event, Serialize, Deserialize)]
#[event(version = 2, upcast(1 = OpenedV1))]
struct Opened;

fn main() {}
