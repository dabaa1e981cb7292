use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event(name = "changed")]
struct Changed<T> {
    to: T,
}

struct Colour;

#[derive(Decider, Clone, Default)]
#[decider(events(Changed<Colour>))]
struct Wall;

impl Apply<Changed<Colour>> for Wall {
    fn apply(&mut self, _: &Changed<Colour>) {}
}

fn main() {}
