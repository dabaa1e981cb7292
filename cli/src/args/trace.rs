use super::After;
use crate::{
    failure::Failure,
    store::{Anchor, Position, ReadTrace, RecordedEvent},
};
use factum::uuid::Uuid;
use std::str::FromStr;

pub(super) const NOTES: &str = "\
The events are those with the same correlation id, each under the event that caused it; * marks the one that was asked for.
Times are those at which events happened, and how long that was after the first of them.

Nothing is indexed by correlation id. If it is the id of an event, as it is where the first command was sent without one, the
log is read from that event on, otherwise from its start: --after saves that.

Examples:
  factum trace 120001                                 what led to the event at a position, and to what that led
  factum trace 0190f6a8-0000-7000-8000-000000000001   by the id of an event, or a correlation id
  factum trace 0190f6a8-0000-7000-8000-000000000001 --after 2026-01-31 --json";

/// Options of `trace`.
#[derive(Debug, clap::Args)]
pub(crate) struct Trace {
    /// The id of one of its events, its correlation id, or the position of one of its events
    pub(crate) id: TraceId,
    /// Only events after this position, or from where the log was at this time on
    #[arg(long, value_name = "POSITION|TIME", value_parser = After::parse)]
    pub(crate) after: Option<After>,
    /// At most so many events
    #[arg(long, value_name = "EVENTS", default_value_t = ReadTrace::LIMIT)]
    pub(crate) limit: usize,
}

/// What a trace is known by.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TraceId {
    Id(Uuid),
    Position(Position),
}

impl TraceId {
    pub(crate) fn anchor(self) -> Anchor {
        match self {
            Self::Id(id) => id.into(),
            Self::Position(position) => position.into(),
        }
    }

    /// Whether it is this event's own.
    pub(crate) fn is(self, event: &RecordedEvent) -> bool {
        match self {
            Self::Id(id) => event.id.0 == id,
            Self::Position(position) => event.position == position,
        }
    }

    pub(crate) fn is_not_there(self) -> Failure {
        Failure::new(match self {
            Self::Id(id) => format!("no event has the id {id}, nor that correlation id"),
            Self::Position(position) => format!("there is no event at position {position}"),
        })
    }
}

impl FromStr for TraceId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(position) = text.parse() {
            return Ok(Self::Position(Position::new(position)));
        }
        text.parse().map(Self::Id).map_err(|why| format!("neither a position nor an id ({why})"))
    }
}
