use crate::{
    record::time,
    store::{ConsumerName, EventType, LogId, Parked, Position, Request, StreamId},
};
use serde::Serialize;

/// A parked event for programs.
#[derive(Serialize)]
pub(super) struct Object<'a> {
    consumer: &'a ConsumerName,
    log: LogId,
    lane: String,
    position: Position,
    stream: &'a StreamId,
    #[serde(rename = "type")]
    event_type: &'a EventType,
    /// None for an event that only waits for those before it.
    attempts: u32,
    error: Option<&'a str>,
    parked_at: String,
    request: Option<&'static str>,
}

impl<'a> Object<'a> {
    pub(super) fn new(parked: &'a Parked) -> Self {
        Self {
            consumer: &parked.key.consumer,
            log: parked.key.log,
            lane: parked.lane.to_string(),
            position: parked.position,
            stream: &parked.stream,
            event_type: &parked.event_type,
            attempts: attempts(parked),
            error: error(parked),
            parked_at: time(parked.parked_at),
            request: parked.request.map(|asked| name(asked.request)),
        }
    }
}

pub(super) fn attempts(parked: &Parked) -> u32 {
    parked.failure.as_ref().map_or(0, |failure| failure.attempts)
}

pub(super) fn error(parked: &Parked) -> Option<&str> {
    parked.failure.as_ref().map(|failure| failure.error.as_str())
}

/// As the command is called with which it is asked for.
pub(super) const fn name(request: Request) -> &'static str {
    match request {
        Request::Skip => "skip",
        _ => "retry",
    }
}
