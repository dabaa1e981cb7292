use crate::{
    SqliteStore,
    log_query::{ItemQuery, WINDOW, items, type_numbers},
    row::{Events, Names, stream_id},
};
use async_trait::async_trait;
use factum_core::{
    EventId, EventReader, LogId, Position, QueryItem, RecordedEvent, StoreError, StreamVersion, limits,
    store::{Capabilities, Direction, ListStreams, Page, ReadLog, ReadStream, StreamSummary, Watch},
};
use rusqlite::{Connection, OptionalExtension, Params, params_from_iter};

#[async_trait]
impl EventReader for SqliteStore {
    fn log_id(&self) -> LogId {
        self.inner.log
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none().durable().shared().gapless()
    }

    async fn read_stream(&self, request: ReadStream) -> Result<Page<StreamVersion>, StoreError> {
        let stream = request.stream.clone();
        let doing = move || format!("reading stream {stream}");
        self.inner
            .readers
            .read(doing, move |connection, names| read_stream(connection, names, &request))
            .await
    }

    async fn read_log(&self, request: ReadLog) -> Result<Page<Position>, StoreError> {
        request.query.check()?;
        let doing = || "reading the log".to_owned();
        self.inner.readers.read(doing, move |connection, names| read_log(connection, names, &request)).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.inner
            .readers
            .read(|| "reading the head of the log".to_owned(), |connection, _| head(connection))
            .await
    }

    async fn find(&self, ids: &[EventId]) -> Result<Vec<Option<Position>>, StoreError> {
        let ids = ids.to_vec();
        let find = move |connection: &Connection, _: &mut Names| {
            let mut find = connection.prepare_cached(include_str!("../sql/read/position_of.sql"))?;
            ids.iter().map(|id| find.query_row([id.0], position).optional()).collect()
        };
        self.inner.readers.read(|| "looking events up by id".to_owned(), find).await
    }

    async fn streams(&self, request: ListStreams) -> Result<Vec<StreamSummary>, StoreError> {
        self.inner
            .readers
            .read(|| "listing streams".to_owned(), move |connection, _| streams(connection, &request))
            .await
    }

    fn watch(&self) -> Watch {
        self.subscribe()
    }
}

fn read_stream(
    connection: &Connection,
    names: &mut Names,
    request: &ReadStream,
) -> rusqlite::Result<Page<StreamVersion>> {
    let mut find = connection.prepare_cached(include_str!("../sql/append/stream_id.sql"))?;
    let stream: Option<i64> =
        find.query_row((request.stream.category(), request.stream.key()), |row| row.get(0)).optional()?;
    let Some(stream) = stream else {
        return Ok(Page::new(Vec::new(), request.after, true));
    };
    let sql = match request.direction {
        Direction::Forward => include_str!("../sql/read/stream_forward.sql"),
        Direction::Backward => include_str!("../sql/read/stream_backward.sql"),
    };
    let before = request.before.unwrap_or(StreamVersion::MAX);
    let bounds = [request.after.get(), before.get(), request.limit.get() as u64].map(|n| n as i64);
    let taken = take(connection, names, sql, (stream, bounds[0], bounds[1], bounds[2]), request.limit.get())?;
    let through = taken.events.last().map_or(request.after, |event| event.version);
    Ok(match request.direction {
        Direction::Backward if taken.all => Page::new(taken.events, request.after, true),
        _ => Page::new(taken.events, through, taken.all),
    })
}

fn read_log(
    connection: &Connection,
    names: &mut Names,
    request: &ReadLog,
) -> rusqlite::Result<Page<Position>> {
    if request.after == Position::MAX {
        return Ok(Page::new(Vec::new(), request.after, true));
    }
    // Positions have no holes, so the last one that can be in the range is known without looking.
    let end = head(connection)?.next().min(request.before.unwrap_or(Position::MAX));
    let mut merged = Merged::new(request, end);
    for item in &items(&request.query) {
        merged.add(connection, names, item)?;
    }
    Ok(merged.page(request))
}

/// The results of the items of a query, by position.
struct Merged {
    after: Position,
    before: Position,
    direction: Direction,
    limit: usize,
    events: Vec<RecordedEvent>,
    /// Whether they are of several items: those of one are in order, and each of them is there once.
    merge: bool,
    /// Where the items have all been looked at: between this and the end that reading began at.
    through: Position,
}

impl Merged {
    fn new(request: &ReadLog, end: Position) -> Self {
        let before = end.max(request.after.next());
        let through = match request.direction {
            Direction::Forward => Position::new(before.get() - 1),
            Direction::Backward => request.after,
        };
        let ReadLog { after, direction, limit, .. } = *request;
        Self { after, before, direction, limit: limit.get(), events: Vec::new(), merge: false, through }
    }

    fn add(&mut self, connection: &Connection, names: &mut Names, item: &QueryItem) -> rusqlite::Result<()> {
        let mut find = ItemQuery {
            item,
            types: &type_numbers(connection, item)?,
            after: self.after,
            before: self.before,
            direction: self.direction,
            limit: self.limit,
        };
        if item.tags.is_empty() && *item != QueryItem::default() {
            match self.direction {
                Direction::Forward => {
                    find.before = find.before.min(Position::new(find.after.get() + WINDOW + 1));
                }
                Direction::Backward => {
                    find.after = find.after.max(Position::new(find.before.get().saturating_sub(WINDOW + 1)));
                }
            }
        }
        let parameters = params_from_iter(find.parameters());
        let taken = take(
            connection,
            names,
            &find.sql(&format!("e.{}", COLUMNS.join(", e."))),
            parameters,
            find.limit,
        )?;
        let last = taken.events.last().filter(|_| !taken.all).map(|event| event.position);
        self.through = match self.direction {
            Direction::Forward => self.through.min(last.unwrap_or(Position::new(find.before.get() - 1))),
            Direction::Backward => self.through.max(last.unwrap_or(match find.after == self.after {
                true => self.after,
                // A window has looked at everything above its lower bound, but not at the bound itself.
                false => find.after.next(),
            })),
        };
        if self.events.is_empty() {
            self.events = taken.events;
        } else {
            self.events.extend(taken.events);
            self.merge = true;
        }
        Ok(())
    }

    fn page(mut self, request: &ReadLog) -> Page<Position> {
        let through = self.through;
        if self.merge {
            self.events.sort_unstable_by_key(|event| event.position);
            self.events.dedup_by_key(|event| event.position);
            if self.direction == Direction::Backward {
                self.events.reverse();
            }
        }
        let looked_at = self.events.partition_point(|event| match self.direction {
            Direction::Forward => event.position <= through,
            // Reaching `after` means that everything was looked at; it is not in the range itself.
            Direction::Backward => event.position >= through,
        });
        self.events.truncate(looked_at);
        let cut = self.events.len() > self.limit;
        self.events.truncate(self.limit);
        match self.events.last() {
            Some(last) if cut => {
                let through = last.position;
                Page::new(self.events, through, false)
            }
            _ => {
                let done = match self.direction {
                    Direction::Forward => through.next() >= self.before,
                    Direction::Backward => through <= request.after,
                };
                Page::new(self.events, through, done)
            }
        }
    }
}

/// In the order that [`Events::event`] expects. The one that is stored last comes first, so that SQLite reads the row's
/// header once: otherwise it goes on reading it for each column.
const COLUMNS: [&str; 10] = [
    "payload",
    "position",
    "stream",
    "version",
    "type",
    "id",
    "recorded_at",
    "occurred_at",
    "tags",
    "metadata",
];

/// Room for so many events at first. Most streams are shorter than a page.
const ROOM: usize = 64;

struct Taken {
    events: Vec<RecordedEvent>,
    /// Whether there are no more; otherwise the limit of events or of bytes was reached.
    all: bool,
}

fn take(
    connection: &Connection,
    names: &mut Names,
    sql: &str,
    parameters: impl Params,
    limit: usize,
) -> rusqlite::Result<Taken> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(parameters)?;
    let mut made = Events::new(connection, names);
    let mut events = Vec::with_capacity(limit.min(ROOM));
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        if events.len() == events.capacity() {
            // Straight to what a full page needs, rather than there by doubling: the events are copied each time.
            events.reserve_exact((events.len() * 16).min(limit) - events.len());
        }
        let event = made.event(row)?;
        bytes += event.payload.len();
        events.push(event);
        if bytes >= limits::PAGE_BYTES {
            return Ok(Taken { events, all: false });
        }
    }
    let all = events.len() < limit;
    Ok(Taken { events, all })
}

fn head(connection: &Connection) -> rusqlite::Result<Position> {
    connection.prepare_cached(include_str!("../sql/read/head.sql"))?.query_row([], position)
}

fn position(row: &rusqlite::Row<'_>) -> rusqlite::Result<Position> {
    Ok(Position::new(row.get::<_, i64>(0)? as u64))
}

fn streams(connection: &Connection, request: &ListStreams) -> rusqlite::Result<Vec<StreamSummary>> {
    let summary = |row: &rusqlite::Row<'_>| {
        let version = row.get::<_, Option<i64>>(2)?.unwrap_or_default();
        Ok(StreamSummary::new(stream_id(row)?, StreamVersion::new(version as u64)))
    };
    let limit = request.limit.get() as i64;
    // No category and no key is empty, so empty text is before all of them.
    let (category, key) = request.after.as_ref().map_or(("", ""), |after| (after.category(), after.key()));
    match &request.category {
        None => {
            let mut list = connection.prepare_cached(include_str!("../sql/read/streams.sql"))?;
            list.query_map((category, key, limit), summary)?.collect()
        }
        Some(wanted) if wanted.as_str() < category => Ok(Vec::new()),
        Some(wanted) => {
            let key = if wanted.as_str() == category { key } else { "" };
            let mut list = connection.prepare_cached(include_str!("../sql/read/streams_of_category.sql"))?;
            list.query_map((wanted.as_str(), key, limit), summary)?.collect()
        }
    }
}
