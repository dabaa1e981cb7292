use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Placed;

#[derive(ProcessManager, Default, Serialize, Deserialize)]
struct Shipping;

fn main() {}
