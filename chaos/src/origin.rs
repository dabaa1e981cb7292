//! Where an event comes from. Its id says it, and its payload repeats it, so that the log alone tells what was tried.

use factum_core::{EventId, EventType, NewEvent, StreamId, Tag};
use serde::{Deserialize, Serialize};
use std::fmt::{self, Write as _};
use uuid::Uuid;

/// One task of one process that appends, in one of its lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Author {
    pub(crate) writer: u8,
    pub(crate) life: u16,
    pub(crate) task: u8,
}

/// An append: the `nth` of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Origin {
    pub(crate) author: Author,
    /// The calls of an author are counted, and come one after the other.
    pub(crate) call: u32,
    pub(crate) nth: u8,
}

/// An event: the `nth` of an append of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) origin: Origin,
    pub(crate) nth: u16,
    pub(crate) of: u16,
}

impl Place {
    /// The call comes first, so that the events of different calls differ in what the store indexes.
    pub(crate) fn id(self) -> EventId {
        let Self { origin: Origin { author, call, nth }, .. } = self;
        let parts = [
            (u128::from(call), 96),
            (u128::from(author.writer), 88),
            (u128::from(author.task), 80),
            (u128::from(author.life), 64),
            (u128::from(nth), 56),
            (u128::from(self.nth), 40),
            (u128::from(self.of), 24),
        ];
        EventId(Uuid::from_u128(parts.into_iter().fold(0, |id, (part, by)| id | part << by)))
    }

    pub(crate) fn of_id(id: Uuid) -> Self {
        let id = id.as_u128();
        let author = Author { writer: (id >> 88) as u8, life: (id >> 64) as u16, task: (id >> 80) as u8 };
        let origin = Origin { author, call: (id >> 96) as u32, nth: (id >> 56) as u8 };
        Self { origin, nth: (id >> 40) as u16, of: (id >> 24) as u16 }
    }

    pub(crate) fn event(self, stream: &StreamId, event_type: EventType, tags: Vec<Tag>) -> NewEvent {
        let names: Vec<_> = tags.iter().map(|tag| tag.as_str()).collect();
        let payload = self.payload(stream.as_str(), event_type.as_str(), &names);
        NewEvent::from_parts(self.id(), stream.clone(), event_type, payload).with_tags(tags)
    }

    /// The payload that belongs to this place and to nothing else. Most are short, some are too long for a page.
    pub(crate) fn payload(self, stream: &str, event_type: &str, tags: &[&str]) -> String {
        let Self { origin: Origin { author, call, nth }, .. } = self;
        let mut state = mixed(self.id().0.as_u128() as u64 ^ (self.id().0.as_u128() >> 64) as u64);
        let words = if state % 300 == 0 { 1_500 } else { state % 12 };
        let mut payload = format!(
            "{{\"writer\":{},\"life\":{},\"task\":{},\"call\":{call},\"append\":{nth},\"event\":{},\"of\":{},\
             \"stream\":{stream:?},\"type\":{event_type:?},\"tags\":{tags:?},\"filler\":\"",
            author.writer, author.life, author.task, self.nth, self.of
        );
        for _ in 0..words {
            state = mixed(state);
            write!(payload, "{state:016x}").expect("a string takes everything");
        }
        payload.push_str("\"}");
        payload
    }
}

/// One step of the generator SplitMix64.
const fn mixed(state: u64) -> u64 {
    let state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let one = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let two = (one ^ (one >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    two ^ (two >> 31)
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { author: Author { writer, life, task }, call, nth } = self;
        write!(f, "append {nth} of call {call} of task {task} of writer {writer} in life {life}")
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {} of {} of {}", self.nth, self.of, self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::{Author, Origin, Place};

    #[test]
    fn an_id_says_where_its_event_comes_from() {
        let author = Author { writer: 3, life: 65_000, task: 200 };
        let place = Place { origin: Origin { author, call: 4_000_000_000, nth: 255 }, nth: 65_535, of: 1 };
        assert_eq!(Place::of_id(place.id().0), place);
        let next = Place { of: 2, ..place };
        assert_ne!(next.id(), place.id());
        assert_ne!(next.payload("a-1", "Opened", &[]), place.payload("a-1", "Opened", &[]));
    }

    #[test]
    fn a_payload_is_json() {
        let author = Author { writer: 0, life: 1, task: 2 };
        for call in 0..1_000 {
            let place = Place { origin: Origin { author, call, nth: 0 }, nth: 0, of: 1 };
            let payload = place.payload("a-1", "Opened", &["b:1", "b:2"]);
            let json: serde_json::Value = serde_json::from_str(&payload).unwrap();
            assert_eq!((json["call"].as_u64(), json["tags"][1].as_str()), (Some(call.into()), Some("b:2")));
        }
    }
}
