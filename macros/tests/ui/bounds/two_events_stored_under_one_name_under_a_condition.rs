use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Opened;

#[derive(Event, Serialize, Deserialize)]
#[event(name = "Opened")]
struct Reopened;

#[derive(Decider, Clone, Default)]
#[decider(events(Opened, #[cfg(all())] Reopened))]
struct Door;

impl Apply<Opened> for Door {
    fn apply(&mut self, _: &Opened) {}
}

impl Apply<Reopened> for Door {
    fn apply(&mut self, _: &Reopened) {}
}

fn main() {}
