use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Subscribed;

#[derive(Decider, Clone, Default)]
#[decider(category = "enrolment", id = u64, events(Subscribed))]
struct Enrolment;

impl Apply<Subscribed> for Enrolment {
    fn apply(&mut self, _: &Subscribed) {}
}

fn main() {}
