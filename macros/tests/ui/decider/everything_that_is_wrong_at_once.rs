use factum::prelude::*;

#[derive(Decider, Clone, Default)]
#[decider(events, event, derive = Debug, tag)]
struct Enrolment;

fn main() {}
