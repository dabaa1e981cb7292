use factum::prelude::*;

#[derive(Clone, Default)]
struct Enrolment;

#[derive(Command)]
#[command(decider = Enrolment)]
struct Subscribe {
    #[command(tag)]
    course: String,
}

fn main() {}
