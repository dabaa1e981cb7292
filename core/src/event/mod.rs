//! Events: facts, in the past tense, that are never changed.

mod codec;
mod encoded;
mod enumeration;
mod error;
mod event_type;
mod new;
mod recorded;
mod registry;

pub use self::{
    codec::{Codec, CodecError, Json},
    encoded::{Encoded, same_payload},
    enumeration::{EventDescriptor, EventEnum},
    error::DecodeError,
    event_type::EventType,
    new::{EventId, NewEvent},
    recorded::{Recorded, RecordedEvent},
    registry::{TypeClash, TypeRegistry},
};

use crate::{Invalid, query::Tag, topic::TopicRule};

/// A fact, named in the past tense.
///
/// Derive it: `#[derive(Event, Serialize, Deserialize)]`.
///
/// | attribute | meaning |
/// |---|---|
/// | `#[event(name = "account.opened")]` | the stored type name; by default the struct's name |
/// | `#[event(version = 2)]` | the version of the payload's shape; by default 1 |
/// | `#[event(upcast(1 = OpenedV1))]` | payloads of version 1 are read as `OpenedV1` and converted with `From` |
/// | `#[event(topic = "payments.{key}.made")]` | under which [topic](TopicRule) it is published; by default `{category}.{key}.{type}` |
/// | `#[event(codec = MyCodec)]` | how the payload is written; by default [`Json`] |
/// | `#[event(tag)]` on a field | the event carries the tag `field:value`: none for `None`, one for each element of a `Vec` |
/// | `#[event(tag = "branch")]` on a field | the same, named `branch` |
///
/// # The stored name is a promise
/// Once events are stored, their type name must not change; renaming the struct needs `name = "…"` with the old name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "this should be an event",
    note = "write `#[derive(Event, Serialize, Deserialize)]` on `{Self}`"
)]
pub trait Event: Sized + Send + Sync + 'static {
    /// The stored type name.
    const TYPE: &'static str;
    /// The version of the payload's shape, from 1.
    const VERSION: u32 = 1;
    /// Under which topic it is published.
    const TOPIC: TopicRule = TopicRule::DEFAULT;
    /// How the payload is written and read.
    type Codec: Codec<Self>;

    /// The tags by which the event can be found across streams.
    ///
    /// # Errors
    /// [`Invalid`] when a value cannot be part of a tag.
    fn tags(&self) -> Result<Vec<Tag>, Invalid> {
        Ok(Vec::new())
    }

    /// Reads a payload that was written with version `version` of this type.
    ///
    /// By default an older version is read as if it were the present one, which suits changes that serde's own
    /// attributes bridge, such as a new field with a default.
    ///
    /// # Errors
    /// [`CodecError`] when the payload does not fit, or is newer than [`Event::VERSION`].
    fn decode(version: u32, payload: &[u8]) -> Result<Self, CodecError> {
        if version > Self::VERSION {
            return Err(CodecError::newer(version, Self::VERSION));
        }
        Self::Codec::decode(payload)
    }
}
