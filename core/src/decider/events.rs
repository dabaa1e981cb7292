use super::Decider;
use crate::event::{Event, EventEnum};
use std::{fmt, slice, vec};

/// What a decision has decided: the events that happen, in order.
///
/// One event converts into it; [`events!`](crate::events!) takes several.
pub struct Events<D: Decider> {
    events: Vec<D::Event>,
}

impl<D: Decider> Events<D> {
    /// Nothing happens: the command is accepted, and there is nothing to do.
    #[must_use]
    pub const fn none() -> Self {
        Self { events: Vec::new() }
    }

    /// And then this happens.
    #[must_use]
    pub fn and(mut self, event: impl Into<D::Event>) -> Self {
        self.events.push(event.into());
        self
    }

    /// How many.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether nothing happens.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The events, in order, as they are kept.
    #[must_use]
    pub fn into_vec(self) -> Vec<D::Event> {
        self.events
    }

    /// The events, in order.
    pub fn iter(&self) -> slice::Iter<'_, D::Event> {
        self.events.iter()
    }
}

impl<D: Decider, E: Event + Into<D::Event>> From<E> for Events<D> {
    fn from(event: E) -> Self {
        Self::none().and(event)
    }
}

impl<D: Decider> FromIterator<D::Event> for Events<D> {
    fn from_iter<I: IntoIterator<Item = D::Event>>(events: I) -> Self {
        Self { events: events.into_iter().collect() }
    }
}

impl<D: Decider> IntoIterator for Events<D> {
    type Item = D::Event;
    type IntoIter = vec::IntoIter<D::Event>;

    fn into_iter(self) -> Self::IntoIter {
        self.events.into_iter()
    }
}

impl<'a, D: Decider> IntoIterator for &'a Events<D> {
    type Item = &'a D::Event;
    type IntoIter = slice::Iter<'a, D::Event>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// As they would be stored, so that a domain needs no `Debug` for its decisions to be unwrapped in a test.
impl<D: Decider> fmt::Debug for Events<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(Stored)).finish()
    }
}

/// Prints an event as it would be stored.
struct Stored<'a, E>(&'a E);

impl<E: EventEnum> fmt::Debug for Stored<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.encode() {
            Ok(event) => write!(f, "{event}"),
            Err(error) => write!(f, "({error})"),
        }
    }
}

/// The same decision is one that would be stored as the same events ([`Encoded::is_same`](crate::event::Encoded::is_same)),
/// so that a domain needs no `PartialEq` for its decisions to be compared in a test. An event that cannot be written is
/// like no other.
impl<D: Decider> PartialEq for Events<D> {
    fn eq(&self, other: &Self) -> bool {
        let same = |(one, other): (&D::Event, &D::Event)| match (one.encode(), other.encode()) {
            (Ok(one), Ok(other)) => one.is_same(&other),
            _ => false,
        };
        self.len() == other.len() && self.iter().zip(other).all(same)
    }
}

/// Several events as one decision: `Ok(events![Reserved { .. }, Charged { .. }])`.
#[macro_export]
macro_rules! events {
    ($($event:expr),* $(,)?) => {
        $crate::Events::none()$(.and($event))*
    };
}
