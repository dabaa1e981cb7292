use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Opened;

#[derive(Event)]
#[event(name = "account")]
enum AccountEvent {
    #[event(name = "opened")]
    Opened(Opened),
}

fn main() {}
