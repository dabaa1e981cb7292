mod copied;
mod everything;
mod matching;
mod stream;
pub(crate) mod take;
pub(crate) mod together;

use crate::{Inner, PgStore, link::Links, row::Events};
use async_trait::async_trait;
use deadpool::managed::Object;
use factum_core::{
    EventId, EventReader, LogId, Position, RecordedEvent, StoreError, StreamId, StreamVersion,
    store::{Capabilities, Direction, ListStreams, Page, ReadLog, ReadStream, StreamSummary, Watch},
};
use std::collections::HashMap;
use stream::give_back;
use take::Taken;
use tokio_postgres::Row;
use uuid::Uuid;

#[async_trait]
impl EventReader for PgStore {
    fn log_id(&self) -> LogId {
        self.inner.log
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none().durable().shared()
    }

    fn is_served(&self) -> bool {
        true
    }

    async fn read_stream(&self, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        // A stream's own order needs no mark: its next version is drawn when this one can be seen.
        let taken = self.read_lines(&request).await?;
        self.inner.note_page(&taken);
        let all = taken.all;
        let events = self.events_of(&request.stream, taken.lines).await?;
        let through = events.last().map_or(request.after, |event| event.version);
        Ok(match request.direction {
            Direction::Backward if all => Page::new(events, request.after, true),
            _ => Page::new(events, through, all),
        })
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        request.query.check()?;
        if request.after == Position::MAX {
            return Ok(Page::new(Vec::new(), request.after, true));
        }
        if request.query.is_all() && request.direction == Direction::Forward {
            return self.read_everything(&request).await;
        }
        self.read_matching(&request).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.inner.watermark.head().await
    }

    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sought: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let prefixes = prefixes(ids.iter().copied());
        let database = &self.inner.database;
        let find = &database.sql.read.positions_of;
        let rows = database.query("looking events up by id", find, &[&sought, &prefixes]).await?;
        let places: HashMap<Uuid, i64> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        let place = |id: &Uuid| places.get(id).map(|position| Position::new(*position as u64));
        Ok(sought.iter().map(place).collect())
    }

    async fn streams(&self, request: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        let doing = "listing streams";
        let database = &self.inner.database;
        let limit = request.limit.get() as i64;
        // No category and no key is empty, so empty text is before all of them.
        let (category, key) =
            request.after.as_ref().map_or(("", ""), |after| (after.category(), after.key()));
        let rows = match &request.category {
            None => database.query(doing, &database.sql.read.streams, &[&category, &key, &limit]).await?,
            Some(wanted) if wanted.as_str() < category => return Ok(Vec::new()),
            Some(wanted) => {
                let key = if wanted.as_str() == category { key } else { "" };
                let list = &database.sql.read.streams_of_category;
                database.query(doing, list, &[&wanted.as_str(), &key, &limit]).await?
            }
        };
        let summary = |row: &Row| {
            let stream = StreamId::new(row.get::<_, &str>(0), row.get::<_, &str>(1));
            let stream = stream.map_err(|e| StoreError::corrupt(doing, e))?;
            Ok(StreamSummary::new(stream, StreamVersion::new(row.get::<_, i64>(2) as u64)))
        };
        rows.iter().map(summary).collect()
    }

    fn watch(&self) -> Watch {
        self.inner.wakes.watch()
    }
}

impl PgStore {
    /// The events of lines of any streams.
    async fn events(&self, mut link: Object<Links>, taken: Taken) -> Result<Vec<RecordedEvent>, StoreError> {
        let Inner { names, database, .. } = &*self.inner;
        let streams = names.streams_of(database, &mut link, &taken.lines).await?;
        give_back(link, &taken);
        names.learn_types(database, &taken.lines).await?;
        self.inner.note_page(&taken);
        Events::new(names, streams).of(taken.lines)
    }
}

impl Inner {
    /// How many events to ask for: fewer than wanted where the last pages had more bytes than fit.
    fn page_limit(&self, wanted: usize) -> usize {
        wanted.min(self.fitting.load(std::sync::atomic::Ordering::Relaxed)).max(1)
    }

    fn note_page(&self, taken: &Taken) {
        use std::sync::atomic::Ordering::Relaxed;
        if taken.is_cut {
            self.fitting.store(taken.lines.len().max(1), Relaxed);
        } else if self.fitting.load(Relaxed) < factum_core::limits::PAGE_EVENTS && taken.is_small {
            let more = self.fitting.load(Relaxed).saturating_mul(2);
            self.fitting.store(more, Relaxed);
        }
    }
}

/// The first six bytes of ids, each once: what the index on ids is searched by.
pub(crate) fn prefixes(ids: impl Iterator<Item = EventId>) -> Vec<Vec<u8>> {
    let mut prefixes: Vec<Vec<u8>> = Vec::new();
    for id in ids {
        let prefix = &id.0.as_bytes()[..6];
        // Ids that are drawn one after the other mostly share it.
        if prefixes.last().is_none_or(|last| last != prefix) {
            prefixes.push(prefix.to_vec());
        }
    }
    prefixes.sort_unstable();
    prefixes.dedup();
    prefixes
}
