//! Courses with a limited number of seats: a rule over tags.

use factum::{Command, Decider, Invalid, Query, QueryItem, Scope, StreamId, Tag, prelude::*};

#[derive(Event, Serialize, Deserialize)]
pub(crate) struct Offered {
    #[event(tag)]
    pub(crate) course: String,
    pub(crate) seats: usize,
}

#[derive(Event, Serialize, Deserialize)]
pub(crate) struct Enrolled {
    #[event(tag)]
    pub(crate) course: String,
    #[event(tag)]
    pub(crate) student: String,
}

/// No event of the decider, though it has the tag of a course.
#[derive(Event, Serialize, Deserialize)]
pub(crate) struct Renamed {
    #[event(tag)]
    pub(crate) course: String,
}

#[derive(Event)]
pub(crate) enum CourseEvent {
    Offered(Offered),
    Enrolled(Enrolled),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Course {
    pub(crate) seats: usize,
    pub(crate) students: Vec<String>,
}

impl Decider for Course {
    type Event = CourseEvent;

    fn fold(&mut self, event: &CourseEvent) {
        match event {
            CourseEvent::Offered(offered) => self.seats = offered.seats,
            CourseEvent::Enrolled(enrolled) => self.students.push(enrolled.student.clone()),
        }
    }
}

#[derive(Debug, PartialEq)]
pub(crate) enum Refused {
    Full,
    Twice,
}

impl Course {
    fn enrol(&self, course: &str, student: &str) -> Result<Events<Self>, Refused> {
        if self.students.iter().any(|enrolled| enrolled == student) {
            return Err(Refused::Twice);
        }
        if self.students.len() >= self.seats {
            return Err(Refused::Full);
        }
        Ok(enrolled(course, student).into())
    }
}

/// What the query of `Enrol` asks for.
#[derive(Clone, Copy)]
pub(crate) enum Asks {
    /// The right one.
    Course,
    /// Forgets the tag of the course, and names the student instead: other students are not seen.
    Student,
    /// Forgets a type: nobody's enrolment is seen.
    Offers,
    /// Names no types, so that it also matches what the decider does not know.
    Tag,
}

pub(crate) struct Enrol {
    pub(crate) course: &'static str,
    pub(crate) student: &'static str,
    pub(crate) asks: Asks,
}

impl Command for Enrol {
    const NAME: &'static str = "Enrol";

    type Decider = Course;

    fn scope(&self) -> Result<Scope, Invalid> {
        let [offered, enrolled] = [Offered::TYPE, Enrolled::TYPE].map(factum::EventType::from_static);
        let (course, student) = (Tag::of("course", self.course)?, Tag::of("student", self.student)?);
        let query = match self.asks {
            Asks::Course => QueryItem::types([offered, enrolled]).tag(course).into(),
            Asks::Student => Query::any_of([
                QueryItem::types([offered]).tag(course),
                QueryItem::types([enrolled]).tag(student),
            ]),
            Asks::Offers => QueryItem::types([offered]).tag(course).into(),
            Asks::Tag => QueryItem::tags([course]).into(),
        };
        Ok(Scope::Query { query, stream: StreamId::new("student", self.student)? })
    }
}

impl Handle<Enrol> for Course {
    type Rejection = Refused;

    fn handle(&self, command: &Enrol) -> Result<Events<Self>, Refused> {
        self.enrol(command.course, command.student)
    }
}

pub(crate) fn offered(seats: usize) -> Offered {
    Offered { course: "rust".into(), seats }
}

pub(crate) fn enrolled(course: &str, student: &str) -> Enrolled {
    Enrolled { course: course.into(), student: student.into() }
}

pub(crate) fn enrol(student: &'static str, asks: Asks) -> Enrol {
    Enrol { course: "rust", student, asks }
}
