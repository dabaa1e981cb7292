use crate::FileStore;
use async_trait::async_trait;
use factum_core::{
    EventId, EventReader, LogId, Position, RecordedEvent, StoreError, StreamId, StreamVersion, limits,
    store::{Capabilities, Direction, ListStreams, Page, ReadLog, ReadStream, StreamSummary, Watch},
};
use std::ops::Range;

#[async_trait]
impl EventReader for FileStore {
    fn log_id(&self) -> LogId {
        self.inner.log
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none().durable().gapless()
    }

    async fn read_stream(&self, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        let state = self.read()?;
        let stream = state.index.streams.get(&request.stream).map_or(&[][..], Vec::as_slice);
        let range = range(request.after.get(), request.before.map(StreamVersion::get), stream.len());
        let end = end(&range, request.after.get(), request.direction);
        let events = in_order(range, request.direction).map(|index| &state.index.events[stream[index]]);
        Ok(page(events, |event| event.version, StreamVersion::new(end), request.limit.get()))
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        request.query.check()?;
        let state = self.read()?;
        let range = range(request.after.get(), request.before.map(Position::get), state.index.events.len());
        let end = end(&range, request.after.get(), request.direction);
        let events = in_order(range, request.direction)
            .map(|index| &state.index.events[index])
            .filter(|event| request.query.matches_event(event));
        Ok(page(events, |event| event.position, Position::new(end), request.limit.get()))
    }

    async fn head(&self) -> Result<Position, StoreError> {
        Ok(self.read()?.index.head())
    }

    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        let state = self.read()?;
        Ok(ids.iter().map(|id| state.index.ids.get(id).copied()).collect())
    }

    async fn streams(&self, request: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        let state = self.read()?;
        let mut streams: Vec<_> = state
            .index
            .streams
            .keys()
            .filter(|stream| request.category.as_ref().is_none_or(|c| c.as_str() == stream.category()))
            .filter(|stream| request.after.as_ref().is_none_or(|after| place(stream) > place(after)))
            .collect();
        streams.sort_unstable_by_key(|stream| place(stream));
        streams.truncate(request.limit.get());
        Ok(streams.into_iter().map(|s| StreamSummary::new(s.clone(), state.index.version(s))).collect())
    }

    fn watch(&self) -> Watch {
        self.subscribe()
    }
}

/// Streams are listed by category, then by key. What is printed sorts otherwise: `a b-1` is before `a-1` there.
fn place(stream: &StreamId) -> (&str, &str) {
    (stream.category(), stream.key())
}

/// The indexes of the numbers with `after < number < before`. Numbers begin at 1, indexes at 0.
fn range(after: u64, before: Option<u64>, length: usize) -> Range<usize> {
    let end = before.map_or(length, |before| length.min(before.saturating_sub(1) as usize));
    (after as usize).min(end)..end
}

/// Where a page ends that takes all of `range`: with what was looked at last, and never before where it was to begin.
fn end(range: &Range<usize>, after: u64, direction: Direction) -> u64 {
    match direction {
        Direction::Forward => after.max(range.end as u64),
        Direction::Backward => after,
    }
}

fn in_order(range: Range<usize>, direction: Direction) -> Box<dyn Iterator<Item = usize> + Send> {
    match direction {
        Direction::Forward => Box::new(range),
        Direction::Backward => Box::new(range.rev()),
    }
}

/// Takes events until there are enough of them, or of their bytes. `end` is where the page ends that takes them all.
fn page<'a, C>(
    mut events: impl Iterator<Item = &'a RecordedEvent>,
    place: impl Fn(&RecordedEvent) -> C,
    end: C,
    limit: usize,
) -> Page<C> {
    let (mut taken, mut bytes) = (Vec::new(), 0);
    while taken.len() < limit && bytes < limits::PAGE_BYTES {
        let Some(event) = events.next() else { return Page::new(taken, end, true) };
        bytes += event.payload.len();
        taken.push(event.clone());
    }
    // A limit is at least 1, so something was taken.
    let through = taken.last().map_or(end, place);
    Page::new(taken, through, false)
}
