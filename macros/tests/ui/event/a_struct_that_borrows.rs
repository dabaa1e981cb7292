use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Opened<'a> {
    owner: &'a str,
}

fn main() {}
