use crate::{
    audit::Audit,
    courses::{
        COURSES_EACH, Enrolment, Refusal, define, defined, resize, resized, subscribe, subscribed,
        unsubscribe, unsubscribed,
    },
    hooked::Hooked,
    stores::{Store, log, on_every_store},
};
use factum::{App, SendError, events};
use factum_testkit::{given, interleave};

on_every_store! {
    many_students_at_once_get_the_seats_there_are,
    many_students_of_apps_that_do_not_queue_get_the_seats_there_are,
}

#[test]
fn a_course_is_defined_once() {
    given::<Enrolment>(events![])
        .when(define("rust", 2))
        .then(events![defined("rust", 2)])
        .then_seen_by_its_own_query()
        .when(define("rust", 3))
        .then_rejected(Refusal::CourseExists)
        .when(define("go", 3))
        .then(events![defined("go", 3)]);
}

#[test]
fn a_student_takes_a_seat_once() {
    given::<Enrolment>(events![defined("rust", 2)])
        .when(subscribe("rust", "ada"))
        .then(events![subscribed("rust", "ada")])
        .then_seen_by_its_own_query()
        .when(subscribe("rust", "ada"))
        .then_rejected(Refusal::Twice);
    given::<Enrolment>(events![])
        .when(subscribe("rust", "ada"))
        .then_rejected(Refusal::NoSuchCourse)
        .then_state_is(Enrolment::default());
}

#[test]
fn the_last_seat_is_the_last() {
    given::<Enrolment>(events![defined("rust", 1), subscribed("rust", "ada")])
        .when(subscribe("rust", "bob"))
        .then_rejected(Refusal::Full)
        .when(unsubscribe("rust", "ada"))
        .then(events![unsubscribed("rust", "ada")])
        .then_seen_by_its_own_query()
        .when(subscribe("rust", "bob"))
        .then(events![subscribed("rust", "bob")])
        .when(unsubscribe("rust", "ada"))
        .then_rejected(Refusal::NotSubscribed);
}

#[test]
fn a_capacity_never_falls_below_the_seats_taken() {
    given::<Enrolment>(events![defined("rust", 2), subscribed("rust", "ada"), subscribed("rust", "bob")])
        .when(resize("rust", 1))
        .then_rejected(Refusal::SeatsTaken(2))
        .when(resize("rust", 2))
        .then_nothing()
        .when(resize("rust", 3))
        .then(events![resized("rust", 3)])
        .then_seen_by_its_own_query()
        .when(subscribe("rust", "eve"))
        .then(events![subscribed("rust", "eve")])
        .when(resize("go", 1))
        .then_rejected(Refusal::NoSuchCourse);
}

/// The student's courses are in the streams of those courses; only the tag finds them.
#[test]
fn a_student_takes_so_many_courses() {
    let elsewhere = |n: usize| format!("course {n}");
    let mut busy = given::<Enrolment>(events![defined("rust", 10)]);
    for n in 0..COURSES_EACH {
        let taken = events![defined(&elsewhere(n), 10), subscribed(&elsewhere(n), "ada")];
        busy = busy.in_stream(format!("enrolment-{n}").as_str(), taken);
    }
    busy.when(subscribe("rust", "ada"))
        .then_rejected(Refusal::TooManyCourses)
        .when(subscribe("rust", "bob"))
        .then(events![subscribed("rust", "bob")])
        .then_state(|enrolment| assert_eq!(enrolment.subscriptions.len(), 1))
        .when(unsubscribe(&elsewhere(0), "ada"))
        .then(events![unsubscribed(&elsewhere(0), "ada")])
        .when(subscribe("rust", "ada"))
        .then(events![subscribed("rust", "ada")]);
}

#[test]
fn two_who_want_the_last_seat() {
    interleave! {
        given ["enrolment-rust" => defined("rust", 1)],
        when [subscribe("rust", "ada"), subscribe("rust", "bob")],
        then |end| {
            assert_eq!(Audit::of(end.events()).students_of("rust"), 1);
            assert_eq!(end.accepted(), 1);
        },
    }
}

/// Two courses, and so two streams: what both commands depend on is the student.
#[test]
fn one_who_wants_a_course_too_many() {
    interleave! {
        given [
            "enrolment-rust" => defined("rust", 9),
            "enrolment-go" => defined("go", 9),
            "enrolment-c" => defined("c", 9),
            "enrolment-c" => subscribed("c", "ada"),
        ],
        when [subscribe("rust", "ada"), subscribe("go", "ada")],
        then |end| {
            assert_eq!(Audit::of(end.events()).courses_of("ada"), COURSES_EACH);
            assert_eq!(end.accepted(), 1);
        },
    }
}

#[test]
fn a_seat_that_is_taken_while_it_is_taken_away() {
    interleave! {
        given ["enrolment-rust" => defined("rust", 1)],
        when [subscribe("rust", "ada"), resize("rust", 0)],
        then |end| {
            Audit::of(end.events());
            assert_eq!(end.accepted(), 1);
        },
    }
}

#[test]
fn those_who_have_nothing_in_common_do_not_disturb_each_other() {
    interleave! {
        given ["enrolment-rust" => defined("rust", 1), "enrolment-go" => defined("go", 1)],
        when [subscribe("rust", "ada"), subscribe("go", "bob")],
        then |end| assert_eq!(end.accepted(), 2),
    }
}

async fn many_students_at_once_get_the_seats_there_are(store: impl Store) {
    let app = App::builder(Hooked::giving_way(store.clone())).build().await.unwrap();
    everybody_subscribes(&store, &[app]).await;
}

async fn many_students_of_apps_that_do_not_queue_get_the_seats_there_are(store: impl Store) {
    let app = || App::builder(Hooked::giving_way(store.clone())).sequencing(false).build();
    let apps = [app().await.unwrap(), app().await.unwrap()];
    everybody_subscribes(&store, &apps).await;
    assert!(apps.iter().all(|app| app.commands().conflicts() > 0), "nobody was in anybody's way");
}

/// Everybody wants every course, in an order of their own, and there is not enough of either: seats, or courses that a student can take.
async fn everybody_subscribes(store: &impl Store, apps: &[App]) {
    const COURSES: usize = 3;
    const SEATS: usize = 7;
    const STUDENTS: usize = 12;
    let course = |n: usize| format!("course {}", n % COURSES);
    for n in 0..COURSES {
        apps[0].send(define(&course(n), SEATS)).await.unwrap();
    }
    let tasks: Vec<_> = (0..STUDENTS * COURSES)
        .map(|n| {
            let app = apps[n % apps.len()].clone();
            let command = subscribe(&course(n / STUDENTS + n), &format!("student {}", n % STUDENTS));
            tokio::spawn(async move { app.send(command).await })
        })
        .collect();
    let mut accepted = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => accepted += 1,
            Err(SendError::Rejected(Refusal::Full | Refusal::TooManyCourses)) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    let log = log(store).await;
    let audit = Audit::of(&log);
    assert_eq!(log.len(), COURSES + accepted);
    // Nobody gives a seat back, so whoever was refused still has to be.
    for (course, student) in (0..STUDENTS * COURSES).map(|n| (course(n), format!("student {}", n / COURSES)))
    {
        assert!(
            audit.is_subscribed(&course, &student)
                || audit.students_of(&course) == SEATS
                || audit.courses_of(&student) == COURSES_EACH,
            "{student} could have had a seat in {course}"
        );
    }
}
