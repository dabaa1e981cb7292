use crate::{
    args::Filter,
    store::{Position, Query, ReadLog, ReadStream, RecordedEvent, Store, StoreError},
};

/// The events that a filter asks for, a page at a time, and what comes after them.
pub(crate) struct Feed<'a> {
    store: &'a Store,
    filter: &'a Filter,
    query: Query,
    after: Position,
    next: Next,
    left: u64,
    done: bool,
}

/// A stream is read by itself: the log would have to be searched for it.
enum Next {
    Log(ReadLog),
    Stream(ReadStream),
}

impl<'a> Feed<'a> {
    pub(crate) async fn open(
        store: &'a Store,
        filter: &'a Filter,
        reverse: bool,
    ) -> Result<Self, StoreError> {
        let limit = page_size(filter);
        let after = match filter.after {
            Some(after) => after.position_in(store).await?,
            None => Position::START,
        };
        let next = match &filter.stream {
            Some(stream) => {
                let read = ReadStream::new(stream.clone()).limit(limit);
                Next::Stream(if reverse { read.backward() } else { read })
            }
            None => {
                let read = ReadLog::new(filter.query()).after(after).limit(limit);
                Next::Log(if reverse { read.backward() } else { read })
            }
        };
        Ok(Self {
            store,
            filter,
            query: filter.query(),
            after,
            next,
            left: filter.limit.unwrap_or(u64::MAX),
            done: false,
        })
    }

    /// The next page, which may be empty; `None` at the end of the log, or when the limit is reached.
    pub(crate) async fn page(&mut self) -> Result<Option<Vec<RecordedEvent>>, StoreError> {
        if self.done || self.is_exhausted() {
            return Ok(None);
        }
        let mut events = match &mut self.next {
            Next::Log(read) => {
                let page = self.store.read_log(read.clone()).await?;
                read.go_on_after(&page);
                self.done = page.done;
                page.events
            }
            Next::Stream(read) => {
                let page = self.store.read_stream(read.clone()).await?;
                read.go_on_after(&page);
                self.done = page.done;
                page.events
            }
        };
        events.retain(|event| self.has(event));
        events.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.left -= events.len() as u64;
        Ok(Some(events))
    }

    /// Whether the limit is reached, so that nothing more can come.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.left == 0
    }

    /// Lets [`Feed::page`] look again behind the end that it came to.
    pub(crate) fn look_again(&mut self) {
        self.done = false;
    }

    fn has(&self, event: &RecordedEvent) -> bool {
        let searched = matches!(self.next, Next::Log(_));
        (searched || (event.position > self.after && self.query.matches_event(event)))
            && self.filter.has_times_of(event)
    }
}

/// `--limit 10` need not read more than ten events, unless those that are read are picked over afterwards.
fn page_size(filter: &Filter) -> usize {
    const PAGE: u64 = 1_000;
    let picked = filter.stream.is_some() || filter.has_times();
    match filter.limit {
        Some(limit) if !picked => limit.min(PAGE) as usize,
        _ => PAGE as usize,
    }
}
