use super::courses::{Asks, Course, Refused, Renamed, enrol, enrolled, offered};
use crate::failure::complaint;
use factum::prelude::*;
use factum_testkit::{given, given::Given};

/// A course with one seat.
fn one_seat() -> Given<Course> {
    given(events![offered(1)])
}

#[test]
fn what_is_tagged_otherwise_is_not_seen() {
    one_seat()
        .in_stream("student-ada", events![enrolled("go", "ada")])
        .when(enrol("bob", Asks::Course))
        .then(events![enrolled("rust", "bob")])
        .then_seen_by_its_own_query()
        .then_state_is(Course { seats: 1, students: vec!["bob".into()] })
        .when(enrol("bob", Asks::Course))
        .then_rejected(Refused::Twice)
        .when(enrol("eve", Asks::Course))
        .then_rejected(Refused::Full);
}

#[test]
fn a_tag_that_the_query_forgets_is_noticed() {
    let full = || one_seat().in_stream("student-ada", events![enrolled("rust", "ada")]);
    full().when(enrol("bob", Asks::Course)).then_rejected(Refused::Full);
    let said = complaint(|| full().when(enrol("bob", Asks::Student)).then_rejected(Refused::Full));
    assert!(said.starts_with("Enrol was accepted, and should have been rejected"), "{said}");
}

#[test]
fn a_type_that_the_query_forgets_is_noticed() {
    let said = complaint(|| one_seat().when(enrol("bob", Asks::Offers)).then_seen_by_its_own_query());
    assert_eq!(
        said,
        r#"Enrol would not find its own Enrolled if it were sent again
it asks for events of type Offered, tagged course:rust
the event is
Enrolled [course:rust, student:bob]
  {
    "course": "rust",
    "student": "bob"
  }
"#
    );
}

#[test]
fn an_event_that_the_decider_does_not_know_disturbs_only_a_query_that_matches_it() {
    let renamed = || one_seat().beside("course-rust", Renamed { course: "rust".into() });
    renamed().when(enrol("bob", Asks::Course)).then(events![enrolled("rust", "bob")]);
    assert_eq!(
        complaint(|| renamed().when(enrol("bob", Asks::Tag))),
        "Enrol is decided on Renamed, which Course does not know; name the types in its query, or add it to the events"
    );
}
