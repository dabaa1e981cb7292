use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event(name = "", version = 0, colour = "red")]
#[event(name = "twice", codec)]
struct Moved {
    #[event(tagged)]
    from: String,
    #[event(tag = 7)]
    to: String,
}

fn main() {}
