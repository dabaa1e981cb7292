use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Placed;

#[derive(ProcessManager, Default, Serialize, Deserialize)]
#[process(events(Placed))]
struct Shipping<T>(T);

fn main() {}
