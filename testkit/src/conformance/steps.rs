//! What the cases do over and over. Whatever a step finds wrong is the store's fault, and a panic.

use factum_core::{
    Append, AppendError, Conflict, EventReader, EventStore, EventType, NewEvent, Position, Query, QueryItem,
    Receipt, RecordedEvent, StoreError, StreamId, StreamVersion, Tag,
    store::{Direction, Page, ReadLog, ReadStream},
};
use std::{fmt, future::Future, sync::Arc};
use tokio::{sync::Barrier, task::JoinSet};

/// The stream `account-key`.
pub(super) fn stream(key: &str) -> StreamId {
    stream_of("account", key)
}

pub(super) fn stream_of(category: &str, key: &str) -> StreamId {
    StreamId::new(category, key).expect("the suite uses valid streams")
}

/// An event of the type `name`.
pub(super) fn event(stream: &StreamId, name: &str) -> NewEvent {
    NewEvent::new(stream.clone(), event_type(name), format!(r#"{{"name":"{name}"}}"#))
}

/// An event with a payload.
pub(super) fn event_with(payload: impl Into<bytes::Bytes>) -> NewEvent {
    NewEvent::new(stream("a"), event_type("Noted"), payload)
}

/// An event of the type `Noted` in a stream of its own, with these tags.
pub(super) fn tagged(key: &str, tags: &[&str]) -> NewEvent {
    event(&stream(key), "Noted").with_tags(tags.iter().map(|name| tag(name)))
}

pub(super) fn event_type(name: &str) -> EventType {
    EventType::new(name).expect("the suite uses valid event types")
}

pub(super) fn tag(name: &str) -> Tag {
    Tag::new(name).expect("the suite uses valid tags")
}

pub(super) fn types(names: &[&str]) -> QueryItem {
    QueryItem::types(names.iter().map(|name| event_type(name)))
}

pub(super) fn tags(names: &[&str]) -> QueryItem {
    QueryItem::tags(names.iter().map(|name| tag(name)))
}

pub(super) fn categories(names: &[&str]) -> QueryItem {
    QueryItem::categories(names.iter().map(|name| name.parse().expect("the suite uses valid categories")))
}

/// The outcome of one append.
pub(super) async fn append(store: &impl EventStore, append: Append) -> Result<Receipt, AppendError> {
    let mut outcomes = store.append(vec![append]).await;
    assert_eq!(outcomes.len(), 1, "one append has one outcome, not {outcomes:?}");
    outcomes.remove(0)
}

/// Writes events that expect nothing, so that nothing can be in their way.
pub(super) async fn write(store: &impl EventStore, events: impl IntoIterator<Item = NewEvent>) -> Receipt {
    written(append(store, Append::new(events)).await)
}

pub(super) fn written(outcome: Result<Receipt, AppendError>) -> Receipt {
    outcome
        .unwrap_or_else(|error| panic!("an append that nothing is in the way of failed: {error} ({error:?})"))
}

pub(super) fn conflict(outcome: Result<Receipt, AppendError>) -> Conflict {
    match outcome {
        Err(AppendError::Conflict(conflict)) => conflict,
        other => panic!("expected a conflict, not {other:?}"),
    }
}

/// What a read, a lookup or the like gives.
pub(super) fn read<T>(outcome: Result<T, StoreError>) -> T {
    outcome.unwrap_or_else(|error| panic!("a read failed: {error} ({error:?})"))
}

/// The whole log, oldest first.
pub(super) async fn log(store: &impl EventReader) -> Vec<RecordedEvent> {
    log_by(store, ReadLog::new(Query::all())).await
}

/// Everything from a request's first page to its last, each of which is checked.
pub(super) async fn log_by(store: &impl EventReader, request: ReadLog) -> Vec<RecordedEvent> {
    let (mut events, mut next) = (Vec::new(), Some(request));
    while let Some(request) = next {
        let page = page(store, request.clone()).await;
        next = request.following(&page);
        events.extend(page.events);
    }
    events
}

/// One page of the log, checked against what every page promises.
pub(super) async fn page(store: &impl EventReader, request: ReadLog) -> Page<Position> {
    let page = read(store.read_log(request.clone()).await);
    PageCheck {
        request: &request,
        direction: request.direction,
        after: request.after.get(),
        before: request.before.map(Position::get),
        limit: request.limit.get(),
        places: page.events.iter().map(|event| event.position.get()).collect(),
        through: page.through.get(),
        done: page.done,
    }
    .check();
    for event in &page.events {
        assert!(request.query.matches_event(event), "{request:?} gave {event:?}, which does not match");
    }
    page
}

/// A whole stream, oldest first.
pub(super) async fn history(store: &impl EventReader, stream: &StreamId) -> Vec<RecordedEvent> {
    stream_by(store, ReadStream::new(stream.clone())).await
}

pub(super) async fn stream_by(store: &impl EventReader, request: ReadStream) -> Vec<RecordedEvent> {
    let (mut events, mut next) = (Vec::new(), Some(request));
    while let Some(request) = next {
        let page = stream_page(store, request.clone()).await;
        next = request.following(&page);
        events.extend(page.events);
    }
    events
}

/// One page of a stream, checked against what every page promises.
pub(super) async fn stream_page(store: &impl EventReader, request: ReadStream) -> Page<StreamVersion> {
    let page = read(store.read_stream(request.clone()).await);
    PageCheck {
        request: &request,
        direction: request.direction,
        after: request.after.get(),
        before: request.before.map(StreamVersion::get),
        limit: request.limit.get(),
        places: page.events.iter().map(|event| event.version.get()).collect(),
        through: page.through.get(),
        done: page.done,
    }
    .check();
    for event in &page.events {
        assert_eq!(event.stream, request.stream, "an event of another stream, reading {}", request.stream);
    }
    page
}

/// What a page says of itself, as plain numbers.
struct PageCheck<'a, R> {
    request: &'a R,
    direction: Direction,
    after: u64,
    before: Option<u64>,
    limit: usize,
    places: Vec<u64>,
    through: u64,
    done: bool,
}

impl<R: fmt::Debug> PageCheck<'_, R> {
    fn check(&self) {
        let Self { request, after, before, ref places, through, done, .. } = *self;
        assert!(places.len() <= self.limit, "{request:?} gave {} events", places.len());
        let inside = |place: &u64| *place > after && before.is_none_or(|before| *place < before);
        assert!(places.iter().all(inside), "{request:?} gave {places:?}, which is outside");
        let forward = self.direction == Direction::Forward;
        let ordered = |pair: &[u64]| if forward { pair[0] < pair[1] } else { pair[0] > pair[1] };
        assert!(places.windows(2).all(ordered), "{request:?} gave {places:?}, which is not in order");
        if forward {
            assert!(through >= after, "{request:?} took its reader back to {through}");
            let last = places.last().copied().unwrap_or_default();
            assert!(through >= last, "{request:?} gave an event at {last} and looked only through {through}");
            assert!(done || through > after, "{request:?} came no further, and is not done");
        } else if !done {
            let last = places.last().copied().unwrap_or(u64::MAX);
            assert!(through <= last, "{request:?} gave an event at {last} and looked only back to {through}");
            assert!(
                before.is_none_or(|before| through < before),
                "{request:?} came no further, and is not done"
            );
        }
    }
}

/// The types of the events, in their order.
pub(super) fn names(events: &[RecordedEvent]) -> Vec<&str> {
    events.iter().map(|event| event.event_type.as_str()).collect()
}

pub(super) fn positions(events: &[RecordedEvent]) -> Vec<u64> {
    events.iter().map(|event| event.position.get()).collect()
}

pub(super) fn versions(events: &[RecordedEvent]) -> Vec<u64> {
    events.iter().map(|event| event.version.get()).collect()
}

/// Does the same `count` times at once, in tasks that begin together. Their results come in the order of their numbers.
pub(super) async fn at_once<T, W>(count: usize, task: impl Fn(usize) -> W) -> Vec<T>
where
    T: Send + 'static,
    W: Future<Output = T> + Send + 'static,
{
    let start = Arc::new(Barrier::new(count));
    let mut tasks = JoinSet::new();
    for number in 0..count {
        let (start, work) = (Arc::clone(&start), task(number));
        tasks.spawn(async move {
            start.wait().await;
            (number, work.await)
        });
    }
    let mut results = Vec::with_capacity(count);
    while let Some(ended) = tasks.join_next().await {
        match ended {
            Ok(result) => results.push(result),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}
