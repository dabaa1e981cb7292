//! Whatever is appended and read, it is as in a list of events.

use crate::conformance::{
    Fixture,
    steps::{append, event_type, log, log_by, stream_by, stream_of, tag, write},
};
use factum_core::{
    Append, AppendCondition, AppendError, Category, Conflict, EventStore, EventType, ExpectedVersion,
    NewEvent, Position, Query, QueryItem, StreamId, StreamVersion,
    store::{ReadLog, ReadStream},
};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{select, subsequence},
    test_runner::{Config, TestRunner},
};
use std::fmt;
use tokio::runtime::Handle;

const TYPES: [&str; 3] = ["Opened", "Moved", "Closed"];
const TAGS: [&str; 4] = ["a:1", "a:2", "b:1", "c:1"];
const CATEGORIES: [&str; 3] = ["account", "course", "user"];
const ROUNDS: u32 = 24;

fn streams() -> impl Strategy<Value = StreamId> {
    (select(CATEGORIES.to_vec()), 0..3u8).prop_map(|(category, key)| stream_of(category, &key.to_string()))
}

fn events() -> impl Strategy<Value = NewEvent> {
    (streams(), select(TYPES.to_vec()), subsequence(TAGS.to_vec(), 0..=3)).prop_map(|(stream, name, tags)| {
        NewEvent::new(stream, event_type(name), "{}").with_tags(tags.into_iter().map(tag))
    })
}

fn queries() -> impl Strategy<Value = Query> {
    let item = (
        subsequence(TYPES.to_vec(), 0..=2),
        subsequence(TAGS.to_vec(), 0..=2),
        subsequence(CATEGORIES.to_vec(), 0..=2),
    )
        .prop_map(|(types, tags, categories)| {
            let mut item = QueryItem::types(types.into_iter().map(EventType::from_static));
            item.tags = tags.into_iter().map(tag).collect();
            item.categories =
                categories.into_iter().map(|name| Category::new(name).expect("a category")).collect();
            item
        });
    vec(item, 0..3).prop_map(Query::any_of)
}

fn expectations() -> impl Strategy<Value = ExpectedVersion> {
    prop_oneof![
        2 => Just(ExpectedVersion::Any),
        1 => Just(ExpectedVersion::NoStream),
        1 => Just(ExpectedVersion::StreamExists),
        3 => (0..4u64).prop_map(|version| ExpectedVersion::Exact(StreamVersion::new(version))),
    ]
}

/// An append, whose condition looks `unseen` events back from the head.
#[derive(Clone, Debug)]
struct Attempt {
    events: Vec<NewEvent>,
    expected: Option<(StreamId, ExpectedVersion)>,
    condition: Option<(Query, usize)>,
}

fn attempts() -> impl Strategy<Value = Attempt> {
    let expected = prop::option::of((streams(), expectations()));
    let condition = prop::option::weighted(0.4, (queries(), 0..4usize));
    (vec(events(), 0..4), expected, condition).prop_map(|(events, expected, condition)| Attempt {
        events,
        expected,
        condition,
    })
}

/// The log as a list: each event with its version and position.
#[derive(Default)]
struct Model(Vec<(NewEvent, u64, Position)>);

impl Model {
    fn version(&self, stream: &StreamId) -> StreamVersion {
        StreamVersion::new(self.0.iter().filter(|(event, ..)| event.stream == *stream).count() as u64)
    }

    fn matching(&self, query: &Query, after: Position) -> Vec<Position> {
        let fits = |(event, _, position): &&(NewEvent, u64, Position)| {
            *position > after && query.matches(&event.stream, &event.event_type, &event.tags)
        };
        self.0.iter().filter(fits).map(|(.., position)| *position).collect()
    }

    /// The position after which `unseen` events are.
    fn seen(&self, unseen: usize) -> Position {
        self.0.iter().rev().nth(unseen).map_or(Position::START, |(.., position)| *position)
    }
}

async fn attempt(store: &impl EventStore, model: &mut Model, attempt: Attempt) {
    let mut request = Append::new(attempt.events.clone());
    request.expected = attempt.expected.clone().into_iter().collect();
    let condition = attempt.condition.map(|(query, unseen)| AppendCondition::new(query, model.seen(unseen)));
    request.condition.clone_from(&condition);

    let unmet = attempt.expected.filter(|(stream, expected)| !expected.is_met_by(model.version(stream)));
    let matching = condition.as_ref().map(|c| model.matching(&c.fail_if_events_match, c.after));
    match append(store, request.clone()).await {
        Ok(receipt) if attempt.events.is_empty() => assert!(receipt.is_empty(), "{receipt:?}"),
        Ok(receipt) => {
            assert!(
                unmet.is_none() && matching.is_none_or(|found| found.is_empty()),
                "{request:?} was written"
            );
            let found = log_by(store, ReadLog::new(Query::all()).after(model.seen(0))).await;
            assert_eq!(found.len(), attempt.events.len(), "new events in the log");
            for (event, found) in attempt.events.into_iter().zip(found) {
                let version = model.version(&event.stream).next().get();
                assert_eq!(
                    (found.id, &found.stream, found.version.get()),
                    (event.id, &event.stream, version)
                );
                model.0.push((event, version, found.position));
            }
            assert_eq!(receipt.position(), model.seen(0));
            for written in &receipt.written {
                assert_eq!(written.version, model.version(&written.stream), "of {}", written.stream);
            }
        }
        Err(AppendError::Conflict(found)) => match found {
            Conflict::Version { .. } => {
                let (stream, expected) = unmet.expect("all expectations are met");
                let actual = model.version(&stream);
                assert_eq!(found, Conflict::version(stream, expected, actual));
            }
            Conflict::Condition { after, position, .. } => {
                let matching = matching.expect("there is no condition");
                assert!(unmet.is_none() && matching.contains(&position), "{found:?}, but {matching:?} match");
                assert_eq!(Some(after), condition.map(|condition| condition.after));
            }
            other => panic!("an unknown conflict: {other:?}"),
        },
        Err(other) => panic!("expected a receipt or a conflict, not {other:?}"),
    }
}

/// Runs `check` with new values, each on an empty store, and reports the smallest that fails.
async fn for_all<P, T>(
    place: P,
    values: impl Strategy<Value = T> + Send + 'static,
    check: impl AsyncFn(&P::Store, T) + Send + 'static,
) where
    P: Fixture,
    T: fmt::Debug,
{
    let runtime = Handle::current();
    let run = move || {
        let config =
            Config { failure_persistence: None, max_shrink_iters: 200, ..Config::with_cases(ROUNDS) };
        let one = |value| {
            runtime.block_on(async {
                let place = place.another().await;
                check(&place.open().await, value).await;
            });
            Ok(())
        };
        TestRunner::new(config).run(&values, one).map_err(|error| error.to_string())
    };
    match tokio::task::spawn_blocking(run).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => panic!("{error}"),
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// Any appends are written or refused as a list of events would, and leave the same list.
pub async fn appends_do_what_they_would_to_a_list(place: impl Fixture<Store: EventStore>) {
    for_all(place, vec(attempts(), 0..20), async |store, attempts| {
        let mut model = Model::default();
        for one in attempts {
            attempt(store, &mut model, one).await;
        }
        let expected: Vec<_> = model.0.iter().map(|(event, ..)| event.id).collect();
        assert_eq!(log(store).await.iter().map(|event| event.id).collect::<Vec<_>>(), expected);
    })
    .await;
}

/// Any query over any range, in pages of any size, finds what a filter finds.
pub async fn queries_find_what_a_filter_finds(place: impl Fixture<Store: EventStore>) {
    let values = (vec(events(), 1..40), queries(), 0..45u64, prop::option::of(0..45u64), 1..8usize);
    for_all(place, values, async |store, (events, query, after, before, limit)| {
        write(store, events).await;
        let inside = |position: Position| {
            position.get() > after && before.is_none_or(|before| position.get() < before)
        };
        let all = log(store).await;
        let expected: Vec<_> =
            all.into_iter().filter(|e| inside(e.position) && query.matches_event(e)).collect();
        let mut request = ReadLog::new(query).after(Position::new(after)).limit(limit);
        request.before = before.map(Position::new);
        assert_eq!(log_by(store, request.clone()).await, expected);
        let mut backward = log_by(store, request.backward()).await;
        backward.reverse();
        assert_eq!(backward, expected, "backward");
    })
    .await;
}

/// Any range of any stream, in pages of any size.
pub async fn streams_are_what_a_filter_finds(place: impl Fixture<Store: EventStore>) {
    let values = (vec(events(), 1..40), streams(), 0..9u64, prop::option::of(0..9u64), 1..5usize);
    for_all(place, values, async |store, (events, stream, after, before, limit)| {
        write(store, events).await;
        let inside = |version: StreamVersion| {
            version.get() > after && before.is_none_or(|before| version.get() < before)
        };
        let all = log(store).await;
        let expected: Vec<_> = all.into_iter().filter(|e| e.stream == stream && inside(e.version)).collect();
        let mut request = ReadStream::new(stream).after(StreamVersion::new(after)).limit(limit);
        request.before = before.map(StreamVersion::new);
        assert_eq!(stream_by(store, request.clone()).await, expected);
        let mut backward = stream_by(store, request.backward()).await;
        backward.reverse();
        assert_eq!(backward, expected, "backward");
    })
    .await;
}
