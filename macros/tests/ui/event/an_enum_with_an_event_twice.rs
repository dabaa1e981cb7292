use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Opened;

#[derive(Event)]
enum AccountEvent {
    Opened(Opened),
    Reopened(Opened),
}

fn main() {}
