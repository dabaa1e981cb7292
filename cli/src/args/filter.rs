use super::{After, time};
use crate::store::{Category, EventType, Period, Query, QueryItem, RecordedEvent, StreamId, Tag, Timestamp};

/// Which events `log` prints and `export` writes.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Filter {
    /// Only events in streams of this category; may be repeated for one of several
    #[arg(long)]
    pub(crate) category: Vec<Category>,
    /// Only events of this type; may be repeated for one of several
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) event_type: Vec<EventType>,
    /// Only events with this tag; may be repeated for all of several
    #[arg(long)]
    pub(crate) tag: Vec<Tag>,
    /// Only events of this stream
    #[arg(long)]
    pub(crate) stream: Option<StreamId>,
    /// Only events after this position of the log, or after where it was at this time
    #[arg(long, value_name = "POSITION|TIME", value_parser = After::parse)]
    pub(crate) after: Option<After>,
    /// Only events that happened at this time or later: 2026-01-31 (midnight UTC) or 2026-01-31T12:00:00+01:00
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    pub(crate) since: Option<Timestamp>,
    /// Only events that happened before this time
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    pub(crate) until: Option<Timestamp>,
    /// Only events that were recorded at this time or later, which may be long after they happened
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    pub(crate) recorded_since: Option<Timestamp>,
    /// Only events that were recorded before this time
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    pub(crate) recorded_until: Option<Timestamp>,
    /// At most so many events
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
}

impl Filter {
    /// What a store can look for.
    pub(crate) fn query(&self) -> Query {
        let mut item = QueryItem::types(self.event_type.iter().cloned());
        item.tags.clone_from(&self.tag);
        item.categories.clone_from(&self.category);
        item.into()
    }

    /// What a store cannot look for. Times are not in the order of the log, so they bound no range of it.
    pub(crate) fn has_times_of(&self, event: &RecordedEvent) -> bool {
        self.happened().contains(event.time) && self.recorded().contains(event.recorded_at)
    }

    /// Whether times leave out events.
    pub(crate) fn has_times(&self) -> bool {
        [self.happened(), self.recorded()].iter().any(|period| *period != Period::always())
    }

    const fn happened(&self) -> Period {
        period(self.since, self.until)
    }

    const fn recorded(&self) -> Period {
        period(self.recorded_since, self.recorded_until)
    }
}

const fn period(since: Option<Timestamp>, until: Option<Timestamp>) -> Period {
    let mut period = Period::always();
    (period.since, period.until) = (since, until);
    period
}
