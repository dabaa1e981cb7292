use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
struct Subscribed {
    #[event(tag)]
    course: String,
}

#[derive(Decider, Clone, Default)]
#[decider(events(Subscribed))]
struct Enrolment;

impl Apply<Subscribed> for Enrolment {
    fn apply(&mut self, _: &Subscribed) {}
}

#[derive(Command)]
struct Subscribe {
    #[command(tag)]
    course: String,
    #[command(tag)]
    student: u32,
}

fn main() {}
