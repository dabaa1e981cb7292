use crate::{CloudEvent, Topic};

/// What is published.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Outgoing {
    /// Under what.
    pub topic: Topic,
    /// What it is in order with: the messages of one key are delivered in the order in which they are published. That of an event
    /// of the log is its stream.
    pub key: String,
    /// The message.
    pub event: CloudEvent,
}

impl Outgoing {
    /// Publishes `event` under `topic`, in order with what has the same key.
    #[must_use]
    pub fn new(topic: Topic, key: impl Into<String>, event: CloudEvent) -> Self {
        Self { topic, key: key.into(), event }
    }
}
