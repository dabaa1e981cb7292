use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Changed<T> {
    to: T,
}

fn main() {}
