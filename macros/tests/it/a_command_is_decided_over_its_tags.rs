use factum::{
    App, Apply, Command as _, Decider as _, EventEnum as _, Events, Handle, QueryItem, Scope, SendError, Tag,
    decider::Violations,
};
use factum_macros::{Aggregate, Command, Decider, Event, Id};
use factum_store_memory::MemoryStore;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

#[derive(Id, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct CourseId(String);

#[derive(Id, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct StudentId(u32);

#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
struct CourseDefined {
    #[event(tag)]
    course: CourseId,
    seats: usize,
}

#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
struct Subscribed {
    #[event(tag)]
    course: CourseId,
    #[event(tag)]
    student: StudentId,
}

/// The rule spans a course and a student: neither's stream alone would do.
#[derive(Decider, Clone, Debug, Default)]
#[decider(events(CourseDefined, Subscribed), derive(Clone, Debug, PartialEq))]
struct Enrolment {
    seats: HashMap<CourseId, usize>,
    subscriptions: Vec<Subscribed>,
}

impl Apply<CourseDefined> for Enrolment {
    fn apply(&mut self, event: &CourseDefined) {
        self.seats.insert(event.course.clone(), event.seats);
    }
}

impl Apply<Subscribed> for Enrolment {
    fn apply(&mut self, event: &Subscribed) {
        self.subscriptions.push(event.clone());
    }
}

#[derive(Command)]
#[command(decider = Enrolment)]
struct Define {
    #[command(tag)]
    course: CourseId,
    seats: usize,
}

#[derive(Command)]
#[command(decider = Enrolment, name = "enrolment.subscribe", validate = Self::check)]
struct Subscribe {
    #[command(tag)]
    course: CourseId,
    #[command(tag)]
    student: StudentId,
}

impl Subscribe {
    fn check(&self) -> Result<(), &'static str> {
        if self.student == StudentId(0) { Err("nobody is student 0") } else { Ok(()) }
    }
}

impl Handle<Define> for Enrolment {
    type Rejection = &'static str;

    fn handle(&self, command: &Define) -> Result<Events<Self>, &'static str> {
        match self.seats.contains_key(&command.course) {
            true => Err("there is such a course"),
            false => Ok(CourseDefined { course: command.course.clone(), seats: command.seats }.into()),
        }
    }
}

impl Handle<Subscribe> for Enrolment {
    type Rejection = &'static str;

    fn handle(&self, Subscribe { course, student }: &Subscribe) -> Result<Events<Self>, &'static str> {
        let seats = self.seats.get(course).ok_or("there is no such course")?;
        if self.subscriptions.iter().filter(|s| s.course == *course).count() >= *seats {
            return Err("the course is full");
        }
        if self.subscriptions.iter().filter(|s| s.student == *student).count() >= 2 {
            return Err("the student has two courses");
        }
        Ok(Subscribed { course: course.clone(), student: student.clone() }.into())
    }
}

fn subscribe(course: &str, student: u32) -> Subscribe {
    Subscribe { course: course.into(), student: student.into() }
}

/// The tags of each item of the query, and the stream.
fn scope<C: factum::Command>(command: &C) -> (Vec<Vec<String>>, String) {
    let Scope::Query { query, stream } = command.scope().unwrap() else { panic!("a query was expected") };
    let types = <C::Decider as factum::Decider>::Event::types();
    let tags = query.items().iter().map(|item| {
        assert_eq!(item.types, types);
        assert!(item.categories.is_empty());
        item.tags.iter().map(ToString::to_string).collect()
    });
    (tags.collect(), stream.to_string())
}

#[test]
fn each_tag_is_an_alternative_and_the_first_names_the_stream() {
    let (tags, stream) = scope(&subscribe("rust-101", 7));
    assert_eq!(tags, [["course:rust-101"], ["student:7"]]);
    assert_eq!(stream, "enrolment-rust-101");

    let expected = QueryItem::types(EnrolmentEvent::types()).tag(Tag::of("course", "a").unwrap());
    let Scope::Query { query, .. } = (Define { course: "a".into(), seats: 1 }).scope().unwrap() else {
        panic!("a query was expected")
    };
    assert_eq!(query.items(), [expected]);
}

#[tokio::test]
async fn the_rule_holds_over_both_tags() {
    let app = App::builder(MemoryStore::new()).build().await.unwrap();
    let send = async |command| match app.send(command).await {
        Ok(committed) => Ok(committed.events.into_iter().next().unwrap()),
        Err(SendError::Rejected(why)) => Err(why),
        Err(other) => panic!("{other:?}"),
    };
    assert_eq!(send(subscribe("a", 1)).await, Err("there is no such course"));
    for course in ["a", "b", "c"] {
        app.send(Define { course: course.into(), seats: 2 }).await.unwrap();
    }
    for (course, student) in [("a", 1), ("b", 1), ("a", 2)] {
        let subscribed = Subscribed { course: course.into(), student: student.into() };
        assert_eq!(send(subscribe(course, student)).await, Ok(EnrolmentEvent::Subscribed(subscribed)));
    }
    assert_eq!(send(subscribe("a", 3)).await, Err("the course is full"));
    assert_eq!(send(subscribe("c", 1)).await, Err("the student has two courses"));
    assert!(send(subscribe("c", 2)).await.is_ok());
}

#[test]
fn a_decider_folds_its_events() {
    let mut enrolment = Enrolment::default();
    enrolment.fold(&CourseDefined { course: "a".into(), seats: 3 }.into());
    assert_eq!(enrolment.seats[&"a".into()], 3);
}

/// Its events go to the stream of the student.
#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "student", id = StudentId, events(Subscribed))]
struct Student;

impl Apply<Subscribed> for Student {
    fn apply(&mut self, _: &Subscribed) {}
}

#[derive(Command)]
#[command(decider = Enrolment)]
struct SubscribeAll {
    #[command(target, tag)]
    student: StudentId,
    #[command(tag = "course")]
    courses: BTreeSet<String>,
    #[command(tag)]
    r#type: Option<&'static str>,
}

#[derive(Command)]
#[command(decider = self::Enrolment, stream = "wish_list")]
struct Wish(#[command(tag = "course")] Option<CourseId>, #[command(tag = "student")] u32);

/// Nothing is left to decide over when the list is empty.
#[derive(Command)]
#[command(decider = Enrolment, aggregate = Student)]
struct Forget {
    #[command(target)]
    student: StudentId,
    #[command(tag)]
    course: Vec<CourseId>,
}

macro_rules! handles { ($($command:ident)*) => { $(
    impl Handle<$command> for Enrolment {
        type Rejection = &'static str;

        fn handle(&self, _: &$command) -> Result<Events<Self>, &'static str> {
            Ok(Events::none())
        }
    }
)* } }
handles!(SubscribeAll Wish Forget);

#[test]
fn a_target_says_where_the_events_go() {
    let all = SubscribeAll {
        student: 7.into(),
        courses: ["b".to_owned(), "a".to_owned()].into(),
        r#type: Some("evening"),
    };
    let (tags, stream) = scope(&all);
    assert_eq!(tags, [["student:7"], ["course:a"], ["course:b"], ["type:evening"]]);
    assert_eq!(stream, "student-7");
}

#[test]
fn a_tag_that_may_be_missing_names_no_stream() {
    assert_eq!(scope(&Wish(None, 7)), (vec![vec!["student:7".to_owned()]], "wish_list-7".to_owned()));
    let (tags, stream) = scope(&Wish(Some("a".into()), 7));
    assert_eq!((tags.len(), stream.as_str()), (2, "wish_list-7"));
}

#[test]
fn a_decision_over_no_tag_is_refused() {
    let forget = |course| Forget { student: 7.into(), course };
    assert_eq!(forget(Vec::new()).scope().unwrap_err().to_string(), "query is empty");
    assert_eq!(scope(&forget(vec!["a".into()])).1, "student-7");
}

#[test]
fn a_value_that_cannot_be_part_of_a_tag_or_a_stream_is_refused() {
    let refused = |course: &str| subscribe(course, 1).scope().unwrap_err().to_string();
    assert_eq!(refused("a\nb"), "tag has the character '\\n' at byte 8");
    // A tag may be `course:`, but the key of a stream is not empty.
    assert_eq!(refused(""), "stream key is empty");
}

#[test]
fn a_command_has_a_name_and_looks_at_itself() {
    assert_eq!((Define::NAME, Subscribe::NAME), ("Define", "enrolment.subscribe"));
    assert_eq!(subscribe("a", 0).validate(), Err(Violations::from("nobody is student 0")));
    assert_eq!(subscribe("a", 1).validate(), Ok(()));
    assert_eq!(Wish(None, 0).validate(), Ok(()));
}
