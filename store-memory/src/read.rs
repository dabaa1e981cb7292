use crate::MemoryStore;
use async_trait::async_trait;
use factum_core::{
    EventId, EventReader, LogId, Position, RecordedEvent, StoreError, StreamVersion, limits,
    store::{Capabilities, Direction, ListStreams, Page, ReadLog, ReadStream, StreamSummary, Watch},
};
use std::ops::Range;

#[async_trait]
impl EventReader for MemoryStore {
    fn log_id(&self) -> LogId {
        self.inner.log
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none().gapless()
    }

    async fn read_stream(&self, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        let tables = self.read();
        let stream = tables.streams.get(&request.stream).map_or(&[][..], |stream| &stream.events[..]);
        let range = range(request.after.get(), request.before.map(StreamVersion::get), stream.len());
        let end = match request.direction {
            Direction::Forward => request.after.max(StreamVersion::new(range.end as u64)),
            Direction::Backward => request.after,
        };
        let events = in_order(range, request.direction).map(|index| &tables.events[stream[index]]);
        Ok(page(events, |event| event.version, end, request.limit.get()))
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        request.query.check()?;
        let tables = self.read();
        let range = range(request.after.get(), request.before.map(Position::get), tables.events.len());
        let end = match request.direction {
            Direction::Forward => request.after.max(Position::new(range.end as u64)),
            Direction::Backward => request.after,
        };
        let events = in_order(range, request.direction)
            .map(|index| &tables.events[index])
            .filter(|event| request.query.matches_event(event));
        Ok(page(events, |event| event.position, end, request.limit.get()))
    }

    async fn head(&self) -> Result<Position, StoreError> {
        Ok(self.read().head())
    }

    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        let tables = self.read();
        Ok(ids.iter().map(|id| tables.ids.get(*id)).collect())
    }

    async fn streams(&self, request: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        let tables = self.read();
        let place = |stream: &factum_core::StreamId| (stream.category().to_owned(), stream.key().to_owned());
        let after = request.after.as_ref().map(place);
        let mut streams: Vec<_> = tables
            .streams
            .keys()
            .filter(|stream| request.category.as_ref().is_none_or(|c| c.as_str() == stream.category()))
            .filter(|stream| after.as_ref().is_none_or(|after| place(stream) > *after))
            .collect();
        streams.sort_by_cached_key(|stream| place(stream));
        streams.truncate(request.limit.get());
        Ok(streams
            .into_iter()
            .map(|stream| StreamSummary::new(stream.clone(), tables.version(stream)))
            .collect())
    }

    fn watch(&self) -> Watch {
        self.subscribe()
    }
}

/// The index range of the numbers `after < number < before`, where numbers begin at 1.
fn range(after: u64, before: Option<u64>, length: usize) -> Range<usize> {
    let end = before.map_or(length, |before| length.min(before.saturating_sub(1) as usize));
    (after as usize).min(end)..end
}

fn in_order(range: Range<usize>, direction: Direction) -> Box<dyn Iterator<Item = usize> + Send> {
    match direction {
        Direction::Forward => Box::new(range),
        Direction::Backward => Box::new(range.rev()),
    }
}

/// Takes events until one of the limits is reached; `end` is where a page that takes them all ends.
fn page<'a, C>(
    mut events: impl Iterator<Item = &'a RecordedEvent>,
    place: impl Fn(&RecordedEvent) -> C,
    end: C,
    limit: usize,
) -> Page<C> {
    let mut taken = Vec::new();
    let mut bytes = 0;
    while taken.len() < limit && bytes < limits::PAGE_BYTES {
        let Some(event) = events.next() else {
            return Page::new(taken, end, true);
        };
        bytes += event.payload.len();
        taken.push(event.clone());
    }
    let through = taken.last().map_or(end, place);
    Page::new(taken, through, false)
}

#[cfg(test)]
mod tests {
    use super::{Position, range};

    #[test]
    fn ranges_leave_out_both_ends_and_never_leave_the_log() {
        assert_eq!(range(0, None, 5), 0..5);
        assert_eq!(range(2, Some(5), 5), 2..4);
        assert_eq!(range(5, None, 5), 5..5);
        assert_eq!(range(Position::MAX.get(), Some(0), 5), 0..0);
        assert_eq!(range(3, Some(2), 5), 1..1);
    }
}
