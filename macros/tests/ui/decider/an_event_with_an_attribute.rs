use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Subscribed;

#[derive(Decider, Clone, Default)]
#[decider(events(#[serde(default)] Subscribed))]
struct Enrolment;

impl Apply<Subscribed> for Enrolment {
    fn apply(&mut self, _: &Subscribed) {}
}

fn main() {}
