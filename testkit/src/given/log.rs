use chrono::DateTime;
use factum_core::{
    Decider, EventEnum, NewEvent, Position, RecordedEvent, Scope, StreamVersion, Timestamp,
    event::DecodeError,
};
use std::time::Duration;

/// Events as a store would give them back.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    events: Vec<RecordedEvent>,
}

impl Log {
    pub(crate) fn new(events: Vec<RecordedEvent>) -> Self {
        Self { events }
    }

    pub(crate) fn events(&self) -> &[RecordedEvent] {
        &self.events
    }

    /// Records `event`, a second after the one before it.
    pub(crate) fn push(&mut self, event: NewEvent) {
        let (position, time) = match self.events.last() {
            Some(last) => (last.position, last.recorded_at),
            None => (Position::START, Self::beginning()),
        };
        let earlier = self.events.iter().rfind(|earlier| earlier.stream == event.stream);
        let version = earlier.map_or(StreamVersion::FIRST, |earlier| earlier.version.next());
        self.events.push(event.recorded(position.next(), version, time + Duration::from_secs(1)));
    }

    /// Folds what a command with this scope is decided on.
    pub(crate) fn fold<D: Decider>(&self, scope: &Scope) -> Result<D, DecodeError> {
        let mut state = D::default();
        for event in self.events.iter().filter(|event| sees(scope, event)) {
            state.fold(&D::Event::decode(event)?);
        }
        Ok(state)
    }

    /// 2000-01-01T00:00:00Z.
    fn beginning() -> Timestamp {
        DateTime::from_timestamp(946_684_800, 0).expect("a time that there was")
    }
}

/// Whether a command with this scope is decided on `event`.
fn sees(scope: &Scope, event: &RecordedEvent) -> bool {
    match scope {
        Scope::Query { query, .. } => query.matches_event(event),
        stream => *stream.stream() == event.stream,
    }
}
