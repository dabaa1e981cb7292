use super::{EventReader, EventReaderExt, ReadLog, StoreError};
use crate::{Position, Query, RecordedEvent, Timestamp};
use futures_util::TryStreamExt;
use std::pin::pin;

/// See [`EventReaderExt::position_at`].
///
/// What holds all the while: the event at `below` was recorded before `time`, unless that is the start of the log; and
/// the first event that is not before `above` was recorded at `time` or later, unless the log has none. The two meet
/// whatever the times are, but where they are not in order, it depends on the events looked at where.
pub(super) async fn position_at(
    store: &(impl EventReader + ?Sized),
    time: Timestamp,
) -> Result<Position, StoreError> {
    let mut below = Position::START;
    let mut above = store.head().await?.next();
    while below.next() < above {
        let middle = Position::new(below.get().midpoint(above.get()));
        match first(store, middle, above).await? {
            Some(event) if event.recorded_at < time => below = event.position,
            // Nothing but holes up to `above` is as good as an event that was recorded later.
            Some(_) | None => above = middle,
        }
    }
    Ok(below)
}

/// The first event at `from` or behind it, and before `end`.
async fn first(
    store: &(impl EventReader + ?Sized),
    from: Position,
    end: Position,
) -> Result<Option<RecordedEvent>, StoreError> {
    let one = ReadLog::new(Query::all()).after(from.previous()).before(end).limit(1);
    pin!(store.log_events(one)).try_next().await
}

#[cfg(test)]
mod tests;
