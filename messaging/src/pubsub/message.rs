use crate::Topic;
use factum_core::{EventEnum, Recorded, RecordedEvent, event::DecodeError};
use std::{
    any::{Any, type_name},
    fmt,
    sync::Arc,
};

/// A topic and what was published under it. Cheap to clone; all subscribers share one payload.
#[derive(Clone)]
pub struct Message {
    inner: Arc<Inner<dyn Any + Send + Sync>>,
}

struct Inner<T: ?Sized> {
    topic: Topic,
    payload_type: &'static str,
    payload: T,
}

impl Message {
    /// A message.
    #[must_use]
    pub fn new<T: Any + Send + Sync>(topic: Topic, payload: T) -> Self {
        Self { inner: Arc::new(Inner { topic, payload_type: type_name::<T>(), payload }) }
    }

    /// What it was published under.
    #[must_use]
    pub fn topic(&self) -> &Topic {
        &self.inner.topic
    }

    /// The payload, if it is a `T`.
    #[must_use]
    pub fn get<T: Any>(&self) -> Option<&T> {
        self.inner.payload.downcast_ref()
    }

    /// The payload, if it is an event of the log.
    #[must_use]
    pub fn event(&self) -> Option<&RecordedEvent> {
        self.get()
    }

    /// The payload as a Rust type with its record, if it is an event of the log that is one of those of `E`.
    ///
    /// # Errors
    /// [`DecodeError`] when it is one of them by its name, and cannot be read as one.
    pub fn decode<E: EventEnum>(&self) -> Result<Option<Recorded<E>>, DecodeError> {
        let known = |event: &&RecordedEvent| E::TYPES.iter().any(|t| t.name() == event.event_type.as_str());
        self.event().filter(known).cloned().map(RecordedEvent::decode).transpose()
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { topic, payload_type, .. } = &*self.inner;
        f.debug_struct("Message").field("topic", topic).field("payload", payload_type).finish()
    }
}
