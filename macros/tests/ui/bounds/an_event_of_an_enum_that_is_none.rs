use factum::prelude::*;

#[derive(Serialize, Deserialize)]
struct Opened;

#[derive(Event)]
enum AccountEvent {
    Opened(Opened),
}

fn main() {}
