use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event(name = "changed")]
struct Changed<T> {
    to: T,
}

#[derive(Decider, Clone, Default)]
#[decider(events(Changed<T>))]
struct Wall<T> {
    colour: T,
}

impl<T> Apply<Changed<T>> for Wall<T> {
    fn apply(&mut self, _: &Changed<T>) {}
}

fn main() {}
