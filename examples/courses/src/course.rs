//! A course, which is defined once.

use factum::prelude::*;

#[derive(Id, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct CourseId(String);

#[derive(Event, Serialize, Deserialize)]
pub(crate) struct CourseDefined {
    #[event(tag)]
    pub(crate) course: CourseId,
    pub(crate) seats: usize,
}

/// Whether there is such a course. It is no part of [`Enrolment`](crate::enrolment::Enrolment), so that defining a course
/// reads one event at most, and no subscription gets in its way.
#[derive(Decider, Clone, Default)]
#[decider(events(CourseDefined))]
pub(crate) struct Definition {
    exists: bool,
}

impl Apply<CourseDefined> for Definition {
    fn apply(&mut self, _: &CourseDefined) {
        self.exists = true;
    }
}

#[derive(Command)]
#[command(decider = Definition, stream = "course")]
pub(crate) struct DefineCourse {
    #[command(tag)]
    pub(crate) course: CourseId,
    pub(crate) seats: usize,
}

#[derive(Debug, PartialEq, thiserror::Error)]
#[error("there is a course of this name already")]
pub(crate) struct Exists;

impl Handle<DefineCourse> for Definition {
    type Rejection = Exists;

    fn handle(&self, command: &DefineCourse) -> Result<Events<Self>, Exists> {
        match self.exists {
            true => Err(Exists),
            false => Ok(CourseDefined { course: command.course.clone(), seats: command.seats }.into()),
        }
    }
}
