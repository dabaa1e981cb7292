use async_trait::async_trait;
use factum_core::{
    EventEnum, Position, Query, Recorded, RecordedEvent, StoreError, StreamId,
    projection::{Parting, Partition, Pieces, Project, ProjectionError},
    sink::Sink,
    store::{EventReader, ListStreams, ReadLog, ReadStream},
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

/// Events of a page. A document is made anew beside whatever else its partition does, so that they need not be many.
const PAGE: usize = 1_000;
/// Beyond so many streams of one document, the log is read, since a page of each is kept.
const MOST_STREAMS: usize = 8;
/// How many events are looked at for one that can be read.
const LOOKED_AT: usize = 16;

/// How far the history of a document has been read, and how far it is to be read.
#[derive(Default)]
pub(super) struct Cursor {
    through: AtomicU64,
    target: AtomicU64,
}

impl Cursor {
    /// Everything up to here is to be read: what the read model has, or will have when it is done.
    pub(super) fn aim(&self, target: Position) {
        self.target.store(target.get(), Relaxed);
    }

    /// How many positions there are to be read.
    pub(super) fn distance(&self) -> u64 {
        self.target.load(Relaxed).saturating_sub(self.through.load(Relaxed))
    }
}

/// All events that may concern a document, page by page from the first one up to where the [`Cursor`] aims, which may move
/// meanwhile; without those that wait in quarantine for something else than the document.
pub(super) struct History<E> {
    log: Arc<dyn EventReader>,
    query: Query,
    partition: Partition,
    parting: Parting,
    cursor: Arc<Cursor>,
    /// The streams of the document, as long as those are read.
    streams: Option<Streams>,
    /// From which position on the events of a stream wait.
    waiting: HashMap<StreamId, Position>,
    piece: Vec<Recorded<E>>,
    /// Why it ends before its end.
    error: Option<ProjectionError>,
}

impl<E: EventEnum> History<E> {
    /// That of a document of `projection`.
    pub(super) async fn of<K: Sink, P: Project<K, Event = E>>(
        projection: &P,
        document: &str,
        log: &Arc<dyn EventReader>,
        partition: Partition,
        waiting: HashMap<StreamId, Position>,
        cursor: Arc<Cursor>,
    ) -> Result<Self, ProjectionError> {
        let until = Position::new(cursor.target.load(Relaxed));
        let (query, parting) = (projection.query(), projection.parting());
        let is_here = |stream: &StreamId| parting == Parting::Documents || partition.has_stream(stream);
        let streams = match first(&**log, &query).await? {
            Some(event) => streams(projection, event, document, &**log, is_here).await?,
            None => None,
        };
        let streams = streams.map(|streams| Streams::new(streams, until));
        let (log, piece) = (Arc::clone(log), Vec::new());
        Ok(Self { log, query, partition, parting, cursor, streams, waiting, piece, error: None })
    }

    /// Why it has ended before its end, if it has.
    pub(super) fn error(self) -> Option<ProjectionError> {
        self.error
    }

    async fn fill(&mut self) -> Result<(), ProjectionError> {
        self.piece.clear();
        while self.piece.is_empty() && self.cursor.distance() > 0 {
            let (events, through) = self.page().await?;
            for event in events {
                if self.concerns(&event) {
                    let (position, stream) = (event.position, event.stream.clone());
                    let decoded = event.decode();
                    self.piece
                        .push(decoded.map_err(|e| ProjectionError::of_event(position, stream, e.into()))?);
                }
            }
            self.cursor.through.store(through.get(), Relaxed);
        }
        Ok(())
    }

    async fn page(&mut self) -> Result<(Vec<RecordedEvent>, Position), StoreError> {
        if let Some(streams) = &mut self.streams {
            let (events, is_end) = streams.page(&*self.log).await?;
            let until = streams.until;
            if is_end {
                // A stream that is new may have what comes after that.
                self.streams = None;
            }
            let last = events.last().map_or(Position::START, |event| event.position);
            return Ok((events, if is_end { until } else { last }));
        }
        let through = Position::new(self.cursor.through.load(Relaxed));
        let target = Position::new(self.cursor.target.load(Relaxed));
        let request = ReadLog::new(self.query.clone()).after(through).before(target.next()).limit(PAGE);
        let page = self.log.read_log(request).await?;
        Ok((page.events, if page.done { target } else { page.through.min(target) }))
    }

    /// Whether it may be in the document, as far as its record says.
    fn concerns(&self, event: &RecordedEvent) -> bool {
        self.query.matches_event(event)
            && (self.parting == Parting::Documents || self.partition.has_stream(&event.stream))
            && self.waiting.get(&event.stream).is_none_or(|from| event.position < *from)
    }
}

#[async_trait]
impl<E: EventEnum> Pieces<E> for History<E> {
    async fn next(&mut self) -> &mut Vec<Recorded<E>> {
        if self.error.is_none()
            && let Err(error) = self.fill().await
        {
            self.error = Some(error);
        }
        if self.error.is_some() {
            self.piece.clear();
        }
        &mut self.piece
    }
}

/// One of the first events that can be read.
async fn first<E: EventEnum>(
    log: &dyn EventReader,
    query: &Query,
) -> Result<Option<Recorded<E>>, StoreError> {
    let page = log.read_log(ReadLog::new(query.clone()).limit(LOOKED_AT)).await?;
    Ok(page.events.into_iter().find_map(|event| event.decode().ok()))
}

/// The streams of a document, if streams say which document they are of and there are few of them. What a stream says is found
/// by asking about any event as if it were of that stream.
async fn streams<K: Sink, P: Project<K>>(
    projection: &P,
    mut event: Recorded<P::Event>,
    document: &str,
    log: &dyn EventReader,
    is_here: impl Fn(&StreamId) -> bool,
) -> Result<Option<Vec<StreamId>>, StoreError> {
    let mut streams = Vec::new();
    let mut next = Some(ListStreams::all().limit(usize::MAX));
    while let Some(request) = next {
        let page = log.streams(request.clone()).await?;
        next = page.last().map(|last| request.after(last.stream.clone()));
        for summary in page.into_iter().filter(|summary| is_here(&summary.stream)) {
            event.record.stream = summary.stream;
            match projection.is_of_document(&event, document) {
                None => return Ok(None),
                Some(true) if streams.len() == MOST_STREAMS => return Ok(None),
                Some(true) => streams.push(event.record.stream.clone()),
                Some(false) => {}
            }
        }
    }
    Ok(Some(streams))
}

/// Streams, merged in the order of the log.
struct Streams {
    /// None is read farther than this.
    until: Position,
    reading: Vec<Reading>,
}

struct Reading {
    /// For what comes next; `None` at the end.
    next: Option<ReadStream>,
    page: VecDeque<RecordedEvent>,
}

impl Streams {
    fn new(streams: Vec<StreamId>, until: Position) -> Self {
        let reading = |stream| Reading {
            next: Some(ReadStream::new(stream).limit(PAGE / MOST_STREAMS)),
            page: VecDeque::new(),
        };
        Self { until, reading: streams.into_iter().map(reading).collect() }
    }

    /// The next events, and whether there are none after them.
    async fn page(&mut self, log: &dyn EventReader) -> Result<(Vec<RecordedEvent>, bool), StoreError> {
        for reading in &mut self.reading {
            while reading.page.is_empty()
                && let Some(request) = reading.next.take()
            {
                let page = log.read_stream(request.clone()).await?;
                reading.next = request.following(&page);
                reading.page = page.events.into();
            }
        }
        let mut events = Vec::new();
        loop {
            let first = |reading: &&mut Reading| reading.page.front().map(|event| event.position);
            let there = self.reading.iter_mut().filter(|reading| !reading.page.is_empty());
            let Some(reading) = there.min_by_key(first) else { return Ok((events, true)) };
            let Some(event) = reading.page.pop_front_if(|event| event.position <= self.until) else {
                return Ok((events, true));
            };
            events.push(event);
            // Its next event may come before those of the others.
            if reading.page.is_empty() && reading.next.is_some() {
                return Ok((events, false));
            }
        }
    }
}
