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
#[command(decider = Enrolment, tag = "course")]
struct Subscribe {
    #[command(tag)]
    course: String,
}

impl Handle<Subscribe> for Enrolment {
    type Rejection = Never;

    fn handle(&self, _: &Subscribe) -> Result<Events<Self>, Never> {
        Ok(Events::none())
    }
}

fn main() {}
