use crate::{
    CausationId, CorrelationId, ExpectedVersion, Metadata, RecordedEvent, Timestamp, by_type::ByType,
};
use std::{sync::Arc, time::Duration};

/// What is known about a command beside the command itself: who sends it and why, and what it depends on.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Context {
    /// What its events carry.
    pub metadata: Metadata,
    /// When its events happened, if that is not when they are recorded.
    pub time: Option<Timestamp>,
    /// What the sender had seen of the stream that the events go to.
    pub expected: Option<ExpectedVersion>,
    /// How long the sender waits, if not as long as the bus does for every command.
    pub timeout: Option<Duration>,
    values: ByType,
}

impl Context {
    /// `event` is the cause: its id, and its correlation, tenant and trace.
    pub fn caused_by(&mut self, event: &RecordedEvent) {
        let cause = &event.metadata;
        self.metadata.causation_id = Some(CausationId(event.id.0));
        self.metadata.correlation_id = cause.correlation_id.or(Some(CorrelationId(event.id.0)));
        self.metadata.tenant.clone_from(&cause.tenant);
        self.metadata.traceparent.clone_from(&cause.traceparent);
    }

    /// Keeps a value for the layers further in, such as the permissions of whoever sends the command. A second value of
    /// a type takes the first one's place.
    pub fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        self.values.insert(Arc::new(value));
    }

    /// The value of this type.
    #[must_use]
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.values.get()
    }
}
