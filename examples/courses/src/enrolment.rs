//! Who takes which course: a rule about the course and one about the student, decided together.

#[cfg(test)]
mod tests;

use crate::course::{CourseDefined, CourseId};
use factum::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How many courses a student takes at most.
pub(crate) const COURSES_EACH: usize = 3;

#[derive(Id, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct StudentId(String);

#[derive(Event, Serialize, Deserialize)]
pub(crate) struct CapacityChanged {
    #[event(tag)]
    pub(crate) course: CourseId,
    pub(crate) seats: usize,
}

/// It carries both tags, so that the decisions about the course find it, and those about the student.
#[derive(Event, Serialize, Deserialize)]
pub(crate) struct Subscribed {
    #[event(tag)]
    pub(crate) course: CourseId,
    #[event(tag)]
    pub(crate) student: StudentId,
}

#[derive(Event, Serialize, Deserialize)]
pub(crate) struct Unsubscribed {
    #[event(tag)]
    pub(crate) course: CourseId,
    #[event(tag)]
    pub(crate) student: StudentId,
}

/// What a command is decided on: all that happened to the course and the student that it names. Of this student's other
/// courses it knows no other students, and not how many seats they have.
#[derive(Decider, Clone, Debug, Default)]
#[decider(events(CourseDefined, CapacityChanged, Subscribed, Unsubscribed))]
pub(crate) struct Enrolment {
    seats: BTreeMap<CourseId, usize>,
    subscriptions: BTreeSet<(CourseId, StudentId)>,
}

impl Apply<CourseDefined> for Enrolment {
    fn apply(&mut self, event: &CourseDefined) {
        self.seats.insert(event.course.clone(), event.seats);
    }
}

impl Apply<CapacityChanged> for Enrolment {
    fn apply(&mut self, event: &CapacityChanged) {
        self.seats.insert(event.course.clone(), event.seats);
    }
}

impl Apply<Subscribed> for Enrolment {
    fn apply(&mut self, event: &Subscribed) {
        self.subscriptions.insert((event.course.clone(), event.student.clone()));
    }
}

impl Apply<Unsubscribed> for Enrolment {
    fn apply(&mut self, event: &Unsubscribed) {
        self.subscriptions.remove(&(event.course.clone(), event.student.clone()));
    }
}

impl Enrolment {
    fn seats(&self, course: &CourseId) -> Result<usize, Refusal> {
        self.seats.get(course).copied().ok_or(Refusal::NoSuchCourse)
    }

    fn taken(&self, course: &CourseId) -> usize {
        self.subscriptions.iter().filter(|(taken, _)| taken == course).count()
    }

    fn courses(&self, student: &StudentId) -> usize {
        self.subscriptions.iter().filter(|(_, taking)| taking == student).count()
    }
}

#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("there is no such course")]
    NoSuchCourse,
    #[error("the course is full")]
    Full,
    #[error("the student takes this course already")]
    Twice,
    #[error("the student takes {COURSES_EACH} courses already")]
    TooManyCourses,
    #[error("the student does not take this course")]
    NotSubscribed,
    #[error("{0} seats are taken")]
    SeatsTaken(usize),
}

#[derive(Command)]
#[command(decider = Enrolment, stream = "course")]
pub(crate) struct Subscribe {
    #[command(tag)]
    pub(crate) course: CourseId,
    #[command(tag)]
    pub(crate) student: StudentId,
}

impl Handle<Subscribe> for Enrolment {
    type Rejection = Refusal;

    fn handle(&self, Subscribe { course, student }: &Subscribe) -> Result<Events<Self>, Refusal> {
        let seats = self.seats(course)?;
        if self.subscriptions.contains(&(course.clone(), student.clone())) {
            return Err(Refusal::Twice);
        }
        if self.taken(course) >= seats {
            return Err(Refusal::Full);
        }
        if self.courses(student) >= COURSES_EACH {
            return Err(Refusal::TooManyCourses);
        }
        Ok(Subscribed { course: course.clone(), student: student.clone() }.into())
    }
}

#[derive(Command)]
#[command(decider = Enrolment, stream = "course")]
pub(crate) struct Unsubscribe {
    #[command(tag)]
    pub(crate) course: CourseId,
    #[command(tag)]
    pub(crate) student: StudentId,
}

impl Handle<Unsubscribe> for Enrolment {
    type Rejection = Refusal;

    fn handle(&self, Unsubscribe { course, student }: &Unsubscribe) -> Result<Events<Self>, Refusal> {
        match self.subscriptions.contains(&(course.clone(), student.clone())) {
            true => Ok(Unsubscribed { course: course.clone(), student: student.clone() }.into()),
            false => Err(Refusal::NotSubscribed),
        }
    }
}

#[derive(Command)]
#[command(decider = Enrolment, stream = "course")]
pub(crate) struct ChangeCapacity {
    #[command(tag)]
    pub(crate) course: CourseId,
    pub(crate) seats: usize,
}

impl Handle<ChangeCapacity> for Enrolment {
    type Rejection = Refusal;

    fn handle(&self, ChangeCapacity { course, seats }: &ChangeCapacity) -> Result<Events<Self>, Refusal> {
        if self.seats(course)? == *seats {
            return Ok(Events::none());
        }
        match self.taken(course) {
            taken if taken > *seats => Err(Refusal::SeatsTaken(taken)),
            _ => Ok(CapacityChanged { course: course.clone(), seats: *seats }.into()),
        }
    }
}
