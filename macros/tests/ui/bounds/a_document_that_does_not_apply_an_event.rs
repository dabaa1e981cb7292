use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Opened;

#[derive(Default, Serialize, Deserialize)]
struct Door;

#[derive(Projection)]
#[projection(events(Opened), document = Door)]
struct Doors;

fn main() {}
