use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Moved {
    #[event(tag = "")]
    to: String,
}

fn main() {}
