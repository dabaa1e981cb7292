use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Subscribed;

#[derive(Decider, Clone, Default)]
#[decider(events(Subscribed))]
enum Enrolment {
    #[default]
    Open,
    Full,
}

fn main() {}
