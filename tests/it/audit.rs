//! The rules over tags, checked by somebody who knows nothing of deciders: reads the payloads of the log, one event after
//! the other, and complains at the first one after which a rule does not hold.

use crate::{courses::COURSES_EACH, names::RETENTION};
use factum::{RecordedEvent, Timestamp, serde_json::Value};
use std::collections::BTreeMap;

#[derive(Clone, Default)]
pub(crate) struct Audit {
    seats: BTreeMap<String, u64>,
    subscriptions: Vec<(String, String)>,
    owners: BTreeMap<String, Vec<String>>,
    released: BTreeMap<String, Timestamp>,
    invoices: BTreeMap<String, u64>,
}

impl Audit {
    /// The rules hold after every event of this log.
    pub(crate) fn of(log: &[RecordedEvent]) -> Self {
        let mut audit = Self::default();
        log.iter().for_each(|event| audit.take(event));
        audit
    }

    pub(crate) fn take(&mut self, event: &RecordedEvent) {
        if let Err(broken) = self.check(event) {
            panic!("{broken} after event {} of the log: {event:?}", event.position);
        }
    }

    pub(crate) fn seats(&self, course: &str) -> Option<u64> {
        self.seats.get(course).copied()
    }

    pub(crate) fn students_of(&self, course: &str) -> usize {
        self.subscriptions.iter().filter(|(taken, _)| taken == course).count()
    }

    pub(crate) fn courses_of(&self, student: &str) -> usize {
        self.subscriptions.iter().filter(|(_, taking)| taking == student).count()
    }

    pub(crate) fn is_subscribed(&self, course: &str, student: &str) -> bool {
        self.subscriptions.iter().any(|(taken, taking)| taken == course && taking == student)
    }

    pub(crate) fn owners(&self, name: &str) -> &[String] {
        self.owners.get(name).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn is_locked(&self, name: &str, at: Timestamp) -> bool {
        self.released.get(name).is_some_and(|since| at < *since + RETENTION)
    }

    pub(crate) fn invoices(&self, series: &str) -> u64 {
        self.invoices.get(series).copied().unwrap_or_default()
    }

    fn check(&mut self, event: &RecordedEvent) -> Result<(), &'static str> {
        let payload: Value = factum::serde_json::from_slice(&event.payload).unwrap();
        let text = |field: &str| payload[field].as_str().unwrap().to_owned();
        let number = |field: &str| payload[field].as_u64().unwrap();
        match event.event_type.as_str() {
            "CourseDefined" => match self.seats.insert(text("course"), number("seats")) {
                Some(_) => Err("a course is defined twice"),
                None => Ok(()),
            },
            "CapacityChanged" => {
                let course = text("course");
                self.seats.insert(course.clone(), number("seats")).ok_or("no course, but a capacity")?;
                self.check_capacity(&course)
            }
            "Subscribed" => {
                let (course, student) = (text("course"), text("student"));
                if self.is_subscribed(&course, &student) {
                    return Err("somebody is subscribed twice");
                }
                self.subscriptions.push((course.clone(), student.clone()));
                match self.courses_of(&student) > COURSES_EACH {
                    true => Err("a student has too many courses"),
                    false => self.check_capacity(&course),
                }
            }
            "Unsubscribed" => {
                let gone = (text("course"), text("student"));
                let before = self.subscriptions.len();
                self.subscriptions.retain(|subscription| *subscription != gone);
                if self.subscriptions.len() + 1 == before { Ok(()) } else { Err("nobody is unsubscribed") }
            }
            "NameClaimed" => {
                let (name, at) = (text("name"), text("at").parse().unwrap());
                if self.is_locked(&name, at) {
                    return Err("a name is claimed before it is free");
                }
                let owners = self.owners.entry(name).or_default();
                owners.push(text("account"));
                if owners.len() == 1 { Ok(()) } else { Err("a name has two owners") }
            }
            "NameReleased" => {
                let name = text("name");
                let owners = self.owners.entry(name.clone()).or_default();
                if *owners != [text("account")] {
                    return Err("a name is released by who does not own it");
                }
                owners.clear();
                self.released.insert(name, text("at").parse().unwrap());
                Ok(())
            }
            "InvoiceIssued" => {
                let last = self.invoices.entry(text("series")).or_default();
                *last += 1;
                if number("number") == *last { Ok(()) } else { Err("the numbers have a gap or one twice") }
            }
            other => panic!("an event that no rule is about: {other}"),
        }
    }

    fn check_capacity(&self, course: &str) -> Result<(), &'static str> {
        let seats = self.seats(course).ok_or("nobody can take a course that is not there")?;
        if self.students_of(course) as u64 <= seats { Ok(()) } else { Err("a course is overbooked") }
    }
}
