//! Many at once.

use crate::conformance::{
    Fixture,
    steps::{append, at_once, event, history, log, page, positions, stream, tagged, tags, versions, write},
};
use factum_core::{
    Append, AppendCondition, AppendError, EventId, EventStore, ExpectedVersion, Position, Query, Receipt,
    StreamVersion, store::ReadLog,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::task::yield_now;

/// Whether an append was written. Anything but a conflict is the store's fault.
fn won(outcome: Result<Receipt, AppendError>) -> bool {
    match outcome {
        Ok(_) => true,
        Err(AppendError::Conflict(_)) => false,
        Err(other) => panic!("expected a receipt or a conflict, not {other:?}"),
    }
}

/// Of many writers that expect the same version, one wins.
pub async fn one_of_many_writers_wins_each_version(place: impl Fixture<Store: EventStore>) {
    let store = Arc::new(place.open().await);
    one_wins_each_version(&store, |store, new| async move { append(&*store, new).await }).await;
}

/// The same, however the store is asked to append.
pub(super) async fn one_wins_each_version<S, F>(store: &Arc<S>, append: impl Fn(Arc<S>, Append) -> F)
where
    S: EventStore,
    F: Future<Output = Result<Receipt, AppendError>> + Send + 'static,
{
    for round in 0..10 {
        let outcomes = at_once(20, |_| {
            let a = stream("a");
            let expected = ExpectedVersion::Exact(StreamVersion::new(round));
            let appending = append(Arc::clone(store), Append::new([event(&a, "x")]).expect(a, expected));
            async move { won(appending.await) }
        });
        let winners = outcomes.await.into_iter().filter(|won| *won).count();
        assert_eq!(winners, 1, "writers at version {round}");
    }
    assert_eq!(versions(&history(&**store, &stream("a")).await), (1..=10).collect::<Vec<_>>());
}

/// Of many writers that make the same stream, one does.
pub async fn one_of_many_writers_makes_a_stream(place: impl Fixture<Store: EventStore>) {
    let store = Arc::new(place.open().await);
    for round in 0..10 {
        let outcomes = at_once(8, |_| {
            let store = Arc::clone(&store);
            async move {
                let new = stream(&format!("new {round}"));
                let append_ = Append::new([event(&new, "x")]).expect(new, ExpectedVersion::NoStream);
                won(append(&*store, append_).await)
            }
        });
        assert_eq!(outcomes.await.into_iter().filter(|won| *won).count(), 1, "in round {round}");
    }
}

/// Read, decide, append, and again after a conflict: no increment is lost.
pub async fn a_counter_loses_no_increment(place: impl Fixture<Store: EventStore>) {
    let store = Arc::new(place.open().await);
    at_once(8, |_| {
        let store = Arc::clone(&store);
        async move {
            let a = stream("a");
            for _ in 0..10 {
                loop {
                    let version = StreamVersion::new(history(&*store, &a).await.len() as u64);
                    let next = Append::new([event(&a, "Incremented")])
                        .expect(a.clone(), ExpectedVersion::Exact(version));
                    if won(append(&*store, next).await) {
                        break;
                    }
                    yield_now().await;
                }
            }
        }
    })
    .await;
    assert_eq!(versions(&history(&*store, &stream("a")).await), (1..=80).collect::<Vec<_>>());
}

/// Every event is where its receipt says, and no two are at one place.
pub async fn parallel_appends_lose_nothing(place: impl Fixture<Store: EventStore>) {
    let store = Arc::new(place.open().await);
    let receipts = at_once(16, |task| {
        let store = Arc::clone(&store);
        async move {
            let mut mine = Vec::new();
            for n in 0..25 {
                // Half of the streams are this task's own, half are shared with others.
                let key = if n % 2 == 0 { format!("own {task}") } else { format!("shared {}", n % 5) };
                mine.push(write(&*store, [event(&stream(&key), "x")]).await);
            }
            mine
        }
    });
    let mut acknowledged = BTreeSet::new();
    for written in receipts.await.into_iter().flatten().flat_map(|receipt| receipt.written) {
        let place = (written.position, written.stream, written.version);
        assert!(acknowledged.insert(place.clone()), "{place:?} was given to two appends");
    }
    let log = log(&*store).await;
    let stored: BTreeSet<_> =
        log.iter().map(|event| (event.position, event.stream.clone(), event.version)).collect();
    assert_eq!(stored, acknowledged, "what is stored, and what was acknowledged");
    let mut lengths = BTreeMap::new();
    for event in &log {
        let length = lengths.entry(&event.stream).or_insert(0);
        *length += 1;
        assert_eq!(event.version.get(), *length, "the version of event {length} of {}", event.stream);
    }
}

/// An event id is taken once, whoever is first.
pub async fn one_of_many_writers_of_an_event_writes_it(place: impl Fixture<Store: EventStore>) {
    let store = Arc::new(place.open().await);
    for round in 0..10 {
        let id = EventId::random();
        let outcomes = at_once(8, |task| {
            let store = Arc::clone(&store);
            let event = event(&stream(&format!("{round} {task}")), "x").with_id(id);
            async move {
                match append(&*store, Append::new([event])).await {
                    Ok(_) => true,
                    Err(AppendError::DuplicateEvent(found)) if found == id => false,
                    Err(other) => panic!("expected a receipt or a duplicate, not {other:?}"),
                }
            }
        });
        assert_eq!(outcomes.await.into_iter().filter(|won| *won).count(), 1, "writers in round {round}");
    }
    assert_eq!(log(&*store).await.len(), 10);
}

/// Each writes to a stream of its own, so that only the condition stands between them.
pub async fn one_of_many_writers_meets_a_condition(place: impl Fixture<Store: EventStore>) {
    let store = Arc::new(place.open().await);
    for round in 0..15 {
        let outcomes = at_once(8, |task| {
            let store = Arc::clone(&store);
            async move {
                let name = format!("user:{round}");
                let condition = AppendCondition::new(tags(&[&name]).into(), Position::START);
                let claim = tagged(&format!("{round} {task}"), &[&name]);
                won(append(&*store, Append::new([claim]).fail_if(condition)).await)
            }
        });
        assert_eq!(outcomes.await.into_iter().filter(|won| *won).count(), 1, "writers in round {round}");
    }
}

/// Appends that look at the same streams in opposite orders end.
pub async fn appends_across_each_other_end(place: impl Fixture<Store: EventStore>) {
    let store = Arc::new(place.open().await);
    at_once(8, |task| {
        let store = Arc::clone(&store);
        async move {
            let (mut one, mut other) = (stream("a"), stream("b"));
            if task % 2 == 0 {
                std::mem::swap(&mut one, &mut other);
            }
            for _ in 0..20 {
                let crossed = Append::new([event(&one, "x"), event(&other, "y")])
                    .expect(other.clone(), ExpectedVersion::Any)
                    .expect(one.clone(), ExpectedVersion::Any);
                assert!(won(append(&*store, crossed).await), "any version is met");
            }
        }
    })
    .await;
    assert_eq!(history(&*store, &stream("a")).await.len(), 160);
    assert_eq!(history(&*store, &stream("b")).await.len(), 160);
}

/// Reads the log to its end over and over while others write, going on after each page.
async fn beside_writers(
    store: &Arc<impl EventStore>,
    writers: usize,
    events: impl Fn(usize, usize) -> Append + Clone + Send + Sync + 'static,
    limit: usize,
    mut each_page: impl FnMut(Vec<factum_core::RecordedEvent>) + Send + 'static,
) {
    let ended = Arc::new(AtomicBool::new(false));
    let reader = tokio::spawn({
        let (store, ended) = (Arc::clone(store), Arc::clone(&ended));
        async move {
            let mut request = ReadLog::new(Query::all()).limit(limit);
            loop {
                // Before the read, so that the last one sees everything.
                let last = ended.load(Ordering::SeqCst);
                let page = page(&*store, request.clone()).await;
                request.go_on_after(&page);
                each_page(page.events);
                if last && page.done {
                    return;
                }
                yield_now().await;
            }
        }
    });
    at_once(writers, |task| {
        let (store, events) = (Arc::clone(store), events.clone());
        async move {
            for n in 0..30 {
                assert!(won(append(&*store, events(task, n)).await), "nothing is in the way");
                yield_now().await;
            }
        }
    })
    .await;
    ended.store(true, Ordering::SeqCst);
    if let Err(error) = reader.await {
        std::panic::resume_unwind(error.into_panic());
    }
}

/// Once a reader has seen a position, no event at or below it appears that it has not been shown.
pub async fn a_reader_beside_writers_sees_each_event_once_in_order(place: impl Fixture<Store: EventStore>) {
    let store = Arc::new(place.open().await);
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let keep = {
        let seen = Arc::clone(&seen);
        move |events: Vec<factum_core::RecordedEvent>| {
            seen.lock().expect("nobody panics with it").extend(positions(&events));
        }
    };
    let one = |task: usize, n: usize| Append::new([event(&stream(&format!("{task} {}", n % 3)), "x")]);
    beside_writers(&store, 8, one, 7, keep).await;
    let seen = std::mem::take(&mut *seen.lock().expect("nobody panics with it"));
    assert!(seen.windows(2).all(|pair| pair[0] < pair[1]), "twice, or not in order: {seen:?}");
    assert_eq!(seen, positions(&log(&*store).await), "what the reader saw, and what is there");
}

/// All events of an append become visible together.
pub async fn a_reader_beside_writers_sees_whole_appends(place: impl Fixture<Store: EventStore>) {
    let store = Arc::new(place.open().await);
    let several = |task: usize, n: usize| {
        let streams = [task.to_string(), "shared".to_owned(), format!("{task} {n}")];
        Append::new(streams.map(|key| event(&stream(&key), &format!("{task}/{n}"))))
    };
    let whole = |events: Vec<factum_core::RecordedEvent>| {
        let mut parts: BTreeMap<_, usize> = BTreeMap::new();
        for event in &events {
            *parts.entry(event.event_type.clone()).or_default() += 1;
        }
        assert!(parts.values().all(|count| *count == 3), "some of three events of an append: {parts:?}");
    };
    // A page holds everything that there is to see, so that only the store can cut an append in two.
    beside_writers(&store, 6, several, factum_core::limits::PAGE_EVENTS, whole).await;
    assert_eq!(log(&*store).await.len(), 6 * 30 * 3);
}
