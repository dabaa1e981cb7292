use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Opened;

#[derive(Event, Serialize, Deserialize)]
#[event(name = "Opened")]
struct Reopened;

#[derive(Event)]
enum DoorEvent {
    Opened(Opened),
    Reopened(Reopened),
}

fn main() {}
