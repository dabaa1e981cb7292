//! The read side: what a course looks like on a notice board.

use crate::{
    course::{CourseDefined, CourseId},
    enrolment::{CapacityChanged, StudentId, Subscribed, Unsubscribed},
};
use factum::prelude::*;
use std::{collections::BTreeSet, fmt, iter::repeat};

/// A roster for each course. All events of a course are in its stream, so the key of the stream says which.
#[derive(Projection)]
#[projection(
    key = CourseId,
    document = Roster,
    events(CourseDefined, CapacityChanged, Subscribed, Unsubscribed)
)]
pub(crate) struct Rosters;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Roster {
    seats: usize,
    students: BTreeSet<StudentId>,
}

impl Apply<CourseDefined> for Roster {
    fn apply(&mut self, event: &CourseDefined) {
        self.seats = event.seats;
    }
}

impl Apply<CapacityChanged> for Roster {
    fn apply(&mut self, event: &CapacityChanged) {
        self.seats = event.seats;
    }
}

impl Apply<Subscribed> for Roster {
    fn apply(&mut self, event: &Subscribed) {
        self.students.insert(event.student.clone());
    }
}

impl Apply<Unsubscribed> for Roster {
    fn apply(&mut self, event: &Unsubscribed) {
        self.students.remove(&event.student);
    }
}

impl fmt::Display for Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} seats", self.students.len(), self.seats)?;
        let separators = [": "].into_iter().chain(repeat(", "));
        self.students.iter().zip(separators).try_for_each(|(student, before)| write!(f, "{before}{student}"))
    }
}
