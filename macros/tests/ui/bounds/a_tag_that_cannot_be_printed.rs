use factum::prelude::*;

#[derive(Serialize, Deserialize)]
struct Branch;

#[derive(Event, Serialize, Deserialize)]
struct Opened {
    #[event(tag)]
    branch: Branch,
}

fn main() {}
