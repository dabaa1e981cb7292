use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Placed;

#[derive(ProcessManager, Serialize, Deserialize)]
#[process(events(Placed))]
enum Shipping {
    Waiting,
}

fn main() {}
