//! What a process is called in a store: joined from constants, so that a name is one too.

use super::ProcessManager;
use crate::{
    Command, ConsumerName, EventId, Invalid, StreamId,
    invalid::{Field, check},
    sink::Collection,
};
use std::marker::PhantomData;
use uuid::{Uuid, uuid};

/// Bytes of an instance's key, as it is printed: so many that the idempotency keys of its commands are short enough.
pub const KEY_BYTES: usize = 400;

/// The namespace of the ids that processes make. It is part of every log: never change it.
const NAMESPACE: Uuid = uuid!("6e0f4c52-8f57-5a0b-9d2e-5b1c7a3f0e84");

/// Text that is joined while compiling.
struct Joined {
    bytes: [u8; MOST],
    length: usize,
}

const MOST: usize = 300;

impl Joined {
    const fn new(first: &str, second: &str) -> Self {
        let mut joined = Self { bytes: [0; MOST], length: 0 };
        joined.push(first.as_bytes());
        joined.push(second.as_bytes());
        joined
    }

    const fn push(&mut self, bytes: &[u8]) {
        assert!(self.length + bytes.len() <= MOST, "the name is too long");
        let mut at = 0;
        while at < bytes.len() {
            self.bytes[self.length] = bytes[at];
            self.length += 1;
            at += 1;
        }
    }

    const fn text(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => panic!("two texts are a text"),
        }
    }
}

/// The names of a process.
pub(super) struct Of<P>(PhantomData<P>);

impl<P: ProcessManager> Of<P> {
    const PROCESSING: &'static Joined = &Joined::new(PROCESSING, P::NAME);
    const STREAMS: &'static Joined = &Joined::new(CATEGORY, P::NAME);
    /// The consumer that reacts to events, and the collection that it keeps.
    pub(super) const NAME: &'static str = Self::PROCESSING.text();
    /// The category of the streams to which its deadlines and the rejections of its commands go.
    pub(super) const CATEGORY: &'static str = Self::STREAMS.text();
}

/// How the collections, and the consumers, of all processes begin.
const PROCESSING: &str = "process_";
/// How the categories of all processes begin.
const CATEGORY: &str = "process.";

/// Whether a stream has the deadlines and rejections of some process.
pub(super) fn is_of_a_process(stream: &StreamId) -> bool {
    stream.category().starts_with(CATEGORY)
}

/// The event that tells of a rejection of `C`.
pub(super) struct RejectionOf<C>(PhantomData<C>);

impl<C: Command> RejectionOf<C> {
    const JOINED: &'static Joined = &Joined::new(REJECTED, C::NAME);
    pub(super) const TYPE: &'static str = Self::JOINED.text();
}

const REJECTED: &str = "factum.CommandRejected.";

/// Whether an event of this type tells of a rejection.
pub(super) fn is_rejection(event_type: &str) -> bool {
    event_type.starts_with(REJECTED)
}

/// Refuses a key that would be too long in some of the names that are made with it.
pub(super) fn check_key(key: &str) -> Result<(), Invalid> {
    check(Field::DocumentKey, key, KEY_BYTES)
}

/// The stream to which the deadlines of an instance go, and the rejections of its commands.
pub(super) fn stream<P: ProcessManager>(key: &str) -> Result<StreamId, Invalid> {
    StreamId::new(Of::<P>::CATEGORY, key)
}

/// Who sends the commands of a process, and fires its deadlines.
pub(super) fn agent(process: &str) -> Result<ConsumerName, Invalid> {
    ConsumerName::new(format!("{PROCESSING}{process}_agent"))
}

/// Where the process with this name keeps its instances.
pub(super) fn collection(process: &str) -> Result<Collection, Invalid> {
    Collection::new(format!("{PROCESSING}{process}"), 1)
}

/// The process whose instances are kept there, if it is one.
pub(super) fn of_collection(collection: &Collection) -> Option<&str> {
    collection.name().strip_prefix(PROCESSING)
}

/// The idempotency key of the command that an instance has sent for an event.
///
/// Of the event and not of a count of the instance, since one that has ended may begin anew; and of its id and not of its place,
/// which is another one in a log that was imported.
pub(super) fn idempotency_key<P: ProcessManager>(instance: &str, event: EventId, number: u32) -> String {
    format!("{}/{instance}/{event}/{number}", P::NAME)
}

/// The id of the event that a deadline fires, which an instance has set for an event.
pub(super) fn deadline_id<P: ProcessManager>(instance: &str, event: EventId, number: u32) -> EventId {
    made(&format!("deadline {}/{instance}/{event}/{number}", P::NAME))
}

/// The id of the event that tells that a command was rejected.
pub(super) fn rejection_id(idempotency_key: &str) -> EventId {
    made(&format!("rejected {idempotency_key}"))
}

fn made(of: &str) -> EventId {
    EventId(Uuid::new_v5(&NAMESPACE, of.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;

    #[test]
    fn an_idempotency_key_is_short_enough_whatever_the_instance() {
        let longest =
            limits::COLLECTION_NAME_BYTES - PROCESSING.len() + KEY_BYTES + 36 + 10 + 10 + "////".len();
        assert!(longest <= limits::IDEMPOTENCY_KEY_BYTES, "{longest}");
    }

    /// They are part of every log.
    #[test]
    fn ids_are_what_they_always_were() {
        assert_eq!(rejection_id("a/b/c/0").to_string(), "2cca286e-00a5-5979-b66d-efef95cdb8aa");
        assert_ne!(rejection_id("a/b/c/0"), rejection_id("a/b/c/1"));
    }
}
