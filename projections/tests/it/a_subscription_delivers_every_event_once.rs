use crate::given::{Act, Call, Fault, Faulty, Kind, Step, append, followed, gate, noted, sqlite, unrelated};
use bytes::Bytes;
use factum::{
    EventType, NewEvent, Position, Query, QueryItem, RecordedEvent, StreamId,
    store::{EventStore, ReadLog},
};
use factum_projections::{Start, Subscription};
use factum_store_memory::MemoryStore;
use std::time::Duration;
use tokio::time::{Instant, timeout};

fn notes() -> Query {
    QueryItem::types([EventType::from_static("Noted")]).into()
}

/// Everything up to `to`; checks that each batch says truly how far it goes.
async fn read(feed: &mut Subscription, to: Position) -> Vec<RecordedEvent> {
    let mut events: Vec<RecordedEvent> = Vec::new();
    while feed.position() < to {
        let before = feed.position();
        let batch = feed.next().await.unwrap();
        assert_eq!(batch.through, feed.position());
        assert!(batch.through > before, "a batch goes on");
        let inside = |event: &RecordedEvent| event.position > before && event.position <= batch.through;
        assert!(batch.events.iter().all(inside), "a batch has events of its own range only");
        events.extend(batch.events);
    }
    events
}

fn positions(events: &[RecordedEvent]) -> Vec<u64> {
    events.iter().map(|event| event.position.get()).collect()
}

#[tokio::test]
async fn at_every_page_size_and_every_length_of_the_log() {
    for length in 0..=7 {
        let store = MemoryStore::new();
        let steps = followed(length);
        append(&store, steps.iter().map(Step::event)).await;
        let wanted: Vec<u64> =
            (1..).zip(&steps).filter(|(_, s)| s.act == Act::Note).map(|(position, _)| position).collect();
        for size in 0..=8 {
            for after in 0..=length as u64 {
                let start = Start::After(Position::new(after));
                let mut feed = Subscription::open(store.clone(), notes(), start).await.unwrap().limit(size);
                let events = read(&mut feed, Position::new(length as u64)).await;
                let wanted: Vec<u64> = wanted.iter().copied().filter(|position| *position > after).collect();
                assert_eq!(positions(&events), wanted, "{length} events, pages of {size}, after {after}");
            }
        }
    }
}

async fn beside_writers<S: EventStore + Clone>(store: S, writers: usize, each: usize) {
    let mut feeds = tokio::task::JoinSet::new();
    let total = Position::new((writers * each) as u64);
    for (query, size) in [(Query::all(), 3), (notes(), 1), (notes(), 1_000)] {
        let mut feed =
            Subscription::open(store.clone(), query.clone(), Start::Beginning).await.unwrap().limit(size);
        feeds.spawn(async move { (query, read(&mut feed, total).await) });
    }
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..writers {
        let store = store.clone();
        tasks.spawn(async move {
            for i in 0..each {
                append(&store, [if (writer + i) % 3 == 0 { unrelated() } else { noted("k") }]).await;
            }
        });
    }
    tasks.join_all().await;
    let log = store.read_log(ReadLog::new(Query::all()).limit(10_000)).await.unwrap();
    for (query, events) in feeds.join_all().await {
        let wanted: Vec<_> = log.events.iter().filter(|e| query.matches_event(e)).cloned().collect();
        assert_eq!(events, wanted);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn beside_writers_in_memory() {
    beside_writers(MemoryStore::new(), 8, 200).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn beside_writers_in_sqlite() {
    let (store, _folder) = sqlite().await;
    beside_writers(store, 8, 25).await;
}

#[tokio::test]
async fn across_pages_that_end_early_since_payloads_are_large() {
    let (file, _folder) = sqlite().await;
    let payload = Bytes::from(vec![b'x'; 3 * 1_024 * 1_024]);
    let large = || {
        let stream = StreamId::new("large", "1").unwrap();
        NewEvent::new(stream, EventType::from_static("Noted"), payload.clone())
    };
    let memory = MemoryStore::new();
    for _ in 0..3 {
        append(&memory, [large(), unrelated(), large()]).await;
        append(&file, [large(), unrelated(), large()]).await;
    }
    for store in [Box::new(memory) as Box<dyn EventStore>, Box::new(file)] {
        let store: std::sync::Arc<dyn EventStore> = store.into();
        let mut feed = Subscription::open(store, notes(), Start::Beginning).await.unwrap();
        assert_eq!(positions(&read(&mut feed, Position::new(9)).await), [1, 3, 4, 6, 7, 9]);
    }
}

/// The file store looks at 50,000 positions in one read.
#[tokio::test]
async fn when_matches_are_rare_in_a_long_log() {
    let (store, _folder) = sqlite().await;
    for block in 0..6 {
        let mut events: Vec<_> = (0..10_000).map(|_| unrelated()).collect();
        if block == 4 {
            // On both sides of the edge between the first read and the second.
            *events.last_mut().unwrap() = noted("last of the first window");
        }
        if block == 5 {
            events[0] = noted("first of the second window");
        }
        append(&store, events).await;
    }
    let mut feed = Subscription::open(store.clone(), notes(), Start::Beginning).await.unwrap();
    let events = read(&mut feed, Position::new(60_000)).await;
    assert_eq!(positions(&events), [50_000, 50_001]);
}

#[tokio::test(start_paused = true)]
async fn at_once_when_an_append_falls_between_a_read_and_the_wait_for_the_next() {
    let (stop, mut held) = gate();
    let store = Faulty::new(MemoryStore::new()).at(Call::ReadLog, 0, Fault::HoldAfter(stop));
    let mut feed = Subscription::open(store.clone(), Query::all(), Start::Beginning).await.unwrap();
    let began = Instant::now();
    let next = tokio::spawn(async move { feed.next().await });
    held.reached().await;
    append(&store, [noted("k")]).await;
    held.open();
    assert_eq!(next.await.unwrap().unwrap().events.len(), 1);
    assert_eq!(began.elapsed(), Duration::ZERO, "it was woken");
}

#[tokio::test(start_paused = true)]
async fn at_once_when_an_append_falls_between_subscribing_and_the_first_read() {
    let (stop, mut held) = gate();
    let store = Faulty::new(MemoryStore::new()).at(Call::Head, 0, Fault::HoldAfter(stop));
    let opened = tokio::spawn(Subscription::open(store.clone(), Query::all(), Start::Now));
    held.reached().await;
    append(&store, [noted("k")]).await;
    held.open();
    let mut feed = opened.await.unwrap().unwrap();
    assert_eq!(positions(&feed.next().await.unwrap().events), [1]);
}

#[tokio::test]
async fn from_now_on_only_what_comes_later() {
    let store = MemoryStore::new();
    append(&store, [noted("before")]).await;
    let mut feed = Subscription::open(store.clone(), Query::all(), Start::Now).await.unwrap();
    append(&store, [noted("after")]).await;
    let batch = feed.next().await.unwrap();
    assert_eq!(positions(&batch.events), [2]);
    assert!(batch.caught_up);
}

#[tokio::test]
async fn from_a_time_on_what_was_recorded_then_and_later() {
    let store = MemoryStore::new();
    let early = append(&store, [noted("early")]).await;
    let mut later = append(&store, [noted("later"), noted("with it")]).await;
    // As many as it takes for the clock to move on.
    while later.recorded_at <= early.recorded_at {
        later = append(&store, [noted("later"), noted("with it")]).await;
    }
    for (time, first) in [(early.recorded_at, 1), (later.recorded_at, later.position().get() - 1)] {
        let mut feed = Subscription::open(store.clone(), Query::all(), Start::At(time)).await.unwrap();
        let expected: Vec<_> = (first..=later.position().get()).collect();
        assert_eq!(positions(&read(&mut feed, later.position()).await), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn from_a_time_that_has_not_come_all_that_is_written_from_now_on() {
    let (stop, mut held) = gate();
    let store = Faulty::new(MemoryStore::new()).at(Call::Head, 1, Fault::HoldAfter(stop));
    let before = append(&store, [noted("before")]).await;
    let tomorrow = before.recorded_at + Duration::from_secs(86_400);
    let opened = tokio::spawn(Subscription::open(store.clone(), Query::all(), Start::At(tomorrow)));
    timeout(Duration::from_secs(60), held.reached()).await.expect("it looks how far the log was");
    append(&store, [noted("while it is looked where to begin")]).await;
    held.open();
    let mut feed = opened.await.unwrap().unwrap();
    assert_eq!(feed.position(), before.position());
    assert_eq!(positions(&feed.next().await.unwrap().events), [2]);
}

#[tokio::test]
async fn again_after_a_read_that_failed_or_was_given_up() {
    let (stop, mut held) = gate();
    let store = Faulty::new(MemoryStore::new()).at(Call::ReadLog, 0, Fault::After(Kind::Transient)).at(
        Call::ReadLog,
        1,
        Fault::HoldAfter(stop),
    );
    append(&store, [noted("k")]).await;
    let mut feed = Subscription::open(store.clone(), Query::all(), Start::Beginning).await.unwrap();
    assert!(feed.next().await.unwrap_err().is_transient());
    tokio::select! {
        biased;
        batch = feed.next() => panic!("held: {batch:?}"),
        () = held.reached() => {}
    }
    assert_eq!(feed.position(), Position::START);
    held.open();
    assert_eq!(positions(&feed.next().await.unwrap().events), [1]);
}

#[tokio::test]
async fn and_never_from_a_place_that_the_log_does_not_have() {
    let (file, _folder) = sqlite().await;
    let memory = MemoryStore::new();
    append(&file, [noted("k")]).await;
    append(&memory, [noted("k")]).await;
    let beyond = Start::After(Position::new(2));
    for opened in [
        Subscription::open(file, Query::all(), beyond).await,
        Subscription::open(memory, Query::all(), beyond).await,
    ] {
        assert!(opened.unwrap_err().is_incompatible());
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_later_when_every_wake_up_is_lost() {
    let log = Faulty::new(MemoryStore::new()).deaf();
    let mut feed = Subscription::open(log.clone(), Query::all(), Start::Beginning).await.unwrap();
    let began = Instant::now();
    let next = tokio::spawn(async move { feed.next().await });
    tokio::task::yield_now().await;
    append(&log, [noted("k")]).await;
    assert_eq!(next.await.unwrap().unwrap().events.len(), 1);
    assert_eq!(began.elapsed(), Duration::from_secs(1));
}

/// Otherwise a read that takes longer than its caller's patience would never end.
#[tokio::test(start_paused = true)]
async fn whoever_gives_up_waiting_and_waits_again_does_not_begin_a_read_anew() {
    let (stop, held) = gate();
    let store = Faulty::new(MemoryStore::new()).at(Call::ReadLog, 0, Fault::HoldBefore(stop));
    append(&store, [noted("a")]).await;
    let mut feed = Subscription::open(store.clone(), Query::all(), Start::Beginning).await.unwrap();
    for _ in 0..5 {
        let patience = std::time::Duration::from_secs(1);
        tokio::time::timeout(patience, feed.next()).await.expect_err("it is held up");
    }
    held.open();
    assert_eq!(feed.next().await.unwrap().events.len(), 1);
    assert_eq!(store.times(Call::ReadLog).len(), 1);
}
