//! Course subscriptions: a course has so many seats, and a student takes so many courses. Neither rule is one of a
//! single stream.

use factum::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How many courses a student takes at most.
pub(crate) const COURSES_EACH: usize = 2;

#[derive(Event, Serialize, Deserialize)]
pub(crate) struct CourseDefined {
    #[event(tag)]
    pub(crate) course: String,
    pub(crate) seats: usize,
}

#[derive(Event, Serialize, Deserialize)]
pub(crate) struct CapacityChanged {
    #[event(tag)]
    pub(crate) course: String,
    pub(crate) seats: usize,
}

#[derive(Event, Serialize, Deserialize)]
pub(crate) struct Subscribed {
    #[event(tag)]
    pub(crate) course: String,
    #[event(tag)]
    pub(crate) student: String,
}

#[derive(Event, Serialize, Deserialize)]
pub(crate) struct Unsubscribed {
    #[event(tag)]
    pub(crate) course: String,
    #[event(tag)]
    pub(crate) student: String,
}

/// What is known of the courses and students that a command names. Of other courses it holds only what concerns these
/// students.
#[derive(Decider, Clone, Debug, Default, PartialEq)]
#[decider(events(CourseDefined, CapacityChanged, Subscribed, Unsubscribed))]
pub(crate) struct Enrolment {
    pub(crate) seats: BTreeMap<String, usize>,
    pub(crate) subscriptions: BTreeSet<(String, String)>,
}

impl Enrolment {
    fn taken(&self, course: &str) -> usize {
        self.subscriptions.iter().filter(|(taken, _)| taken == course).count()
    }

    fn seats(&self, course: &str) -> Result<usize, Refusal> {
        self.seats.get(course).copied().ok_or(Refusal::NoSuchCourse)
    }
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

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("there is a course of this name")]
    CourseExists,
    #[error("there is no such course")]
    NoSuchCourse,
    #[error("{0} seats are taken")]
    SeatsTaken(usize),
    #[error("the course is full")]
    Full,
    #[error("the student takes this course already")]
    Twice,
    #[error("the student takes {COURSES_EACH} courses already")]
    TooManyCourses,
    #[error("the student does not take this course")]
    NotSubscribed,
}

#[derive(Command)]
#[command(decider = Enrolment)]
pub(crate) struct DefineCourse {
    #[command(tag)]
    pub(crate) course: String,
    pub(crate) seats: usize,
}

#[derive(Command)]
#[command(decider = Enrolment)]
pub(crate) struct ChangeCapacity {
    #[command(tag)]
    pub(crate) course: String,
    pub(crate) seats: usize,
}

#[derive(Command)]
#[command(decider = Enrolment)]
pub(crate) struct Subscribe {
    #[command(tag)]
    pub(crate) course: String,
    #[command(tag)]
    pub(crate) student: String,
}

#[derive(Command)]
#[command(decider = Enrolment)]
pub(crate) struct Unsubscribe {
    #[command(tag)]
    pub(crate) course: String,
    #[command(tag)]
    pub(crate) student: String,
}

impl Handle<DefineCourse> for Enrolment {
    type Rejection = Refusal;

    fn handle(&self, command: &DefineCourse) -> Result<Events<Self>, Refusal> {
        if self.seats.contains_key(&command.course) {
            return Err(Refusal::CourseExists);
        }
        Ok(defined(&command.course, command.seats).into())
    }
}

impl Handle<ChangeCapacity> for Enrolment {
    type Rejection = Refusal;

    fn handle(&self, command: &ChangeCapacity) -> Result<Events<Self>, Refusal> {
        if self.seats(&command.course)? == command.seats {
            return Ok(Events::none());
        }
        match self.taken(&command.course) {
            taken if taken > command.seats => Err(Refusal::SeatsTaken(taken)),
            _ => Ok(resized(&command.course, command.seats).into()),
        }
    }
}

impl Handle<Subscribe> for Enrolment {
    type Rejection = Refusal;

    fn handle(&self, command: &Subscribe) -> Result<Events<Self>, Refusal> {
        let Subscribe { course, student } = command;
        let seats = self.seats(course)?;
        if self.subscriptions.contains(&(course.clone(), student.clone())) {
            return Err(Refusal::Twice);
        }
        if self.taken(course) >= seats {
            return Err(Refusal::Full);
        }
        if self.subscriptions.iter().filter(|(_, taking)| taking == student).count() >= COURSES_EACH {
            return Err(Refusal::TooManyCourses);
        }
        Ok(subscribed(course, student).into())
    }
}

impl Handle<Unsubscribe> for Enrolment {
    type Rejection = Refusal;

    fn handle(&self, command: &Unsubscribe) -> Result<Events<Self>, Refusal> {
        let Unsubscribe { course, student } = command;
        if !self.subscriptions.contains(&(course.clone(), student.clone())) {
            return Err(Refusal::NotSubscribed);
        }
        Ok(unsubscribed(course, student).into())
    }
}

pub(crate) fn defined(course: &str, seats: usize) -> CourseDefined {
    CourseDefined { course: course.into(), seats }
}

pub(crate) fn resized(course: &str, seats: usize) -> CapacityChanged {
    CapacityChanged { course: course.into(), seats }
}

pub(crate) fn subscribed(course: &str, student: &str) -> Subscribed {
    Subscribed { course: course.into(), student: student.into() }
}

pub(crate) fn unsubscribed(course: &str, student: &str) -> Unsubscribed {
    Unsubscribed { course: course.into(), student: student.into() }
}

pub(crate) fn define(course: &str, seats: usize) -> DefineCourse {
    DefineCourse { course: course.into(), seats }
}

pub(crate) fn resize(course: &str, seats: usize) -> ChangeCapacity {
    ChangeCapacity { course: course.into(), seats }
}

pub(crate) fn subscribe(course: &str, student: &str) -> Subscribe {
    Subscribe { course: course.into(), student: student.into() }
}

pub(crate) fn unsubscribe(course: &str, student: &str) -> Unsubscribe {
    Unsubscribe { course: course.into(), student: student.into() }
}
