use super::{
    CapacityChanged, ChangeCapacity, CourseDefined, Enrolment, Refusal, Subscribe, Subscribed, Unsubscribe,
    Unsubscribed,
};
use factum::events;
use factum_testkit::{given, interleave};

fn defined(course: &str, seats: usize) -> CourseDefined {
    CourseDefined { course: course.into(), seats }
}

fn subscribed(course: &str, student: &str) -> Subscribed {
    Subscribed { course: course.into(), student: student.into() }
}

fn subscribe(course: &str, student: &str) -> Subscribe {
    Subscribe { course: course.into(), student: student.into() }
}

#[test]
fn a_course_has_as_many_students_as_seats() {
    given::<Enrolment>(events![defined("rust", 1), subscribed("rust", "ada")])
        .when(subscribe("rust", "ada"))
        .then_rejected(Refusal::Twice)
        .when(subscribe("rust", "bob"))
        .then_rejected(Refusal::Full)
        .when(ChangeCapacity { course: "rust".into(), seats: 2 })
        .then(events![CapacityChanged { course: "rust".into(), seats: 2 }])
        .then_seen_by_its_own_query()
        .when(subscribe("rust", "bob"))
        .then(events![subscribed("rust", "bob")])
        .then_seen_by_its_own_query()
        .when(ChangeCapacity { course: "rust".into(), seats: 1 })
        .then_rejected(Refusal::SeatsTaken(2))
        .when(Unsubscribe { course: "rust".into(), student: "ada".into() })
        .then(events![Unsubscribed { course: "rust".into(), student: "ada".into() }])
        .then_seen_by_its_own_query();
}

#[test]
fn a_student_takes_three_courses() {
    let mut busy = given::<Enrolment>(events![defined("art", 9)]);
    for other in ["rust", "sql", "logic"] {
        busy = busy.in_stream(format!("course-{other}").as_str(), events![subscribed(other, "ada")]);
    }
    busy.when(subscribe("art", "ada"))
        .then_rejected(Refusal::TooManyCourses)
        .when(subscribe("art", "bob"))
        .then(events![subscribed("art", "bob")]);
}

/// In every order in which the two can load and append.
#[test]
fn two_who_want_the_last_seat() {
    interleave! {
        given ["course-rust" => defined("rust", 1)],
        when [subscribe("rust", "ada"), subscribe("rust", "bob")],
        then |end| assert_eq!(end.accepted(), 1),
    }
}
