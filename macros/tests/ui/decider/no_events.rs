use factum::prelude::*;

#[derive(Decider, Clone, Default)]
struct Enrolment;

fn main() {}
