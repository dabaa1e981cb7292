use crate::given::{
    Entries, Faulty, Journal, Noted, append, documents, expected, followed, noted, run_briefly, soon, sqlite,
    steps,
};
use factum::{
    App, Apply, EventStore, NewEvent, Position, StreamId, app::Running as _, event::Encoded,
    sink::DocumentSink,
};
use factum_macros::Projection;
use factum_projections::{
    AppBuilderExt, AppExt, Runner, Status,
    runner::{Holder, RunningProjection},
};
use factum_store_memory::MemoryStore;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A document for each stream, so that a partition need not read the streams of others.
#[derive(Debug, Default, PartialEq, Projection, Serialize, Deserialize)]
#[projection(name = "by_stream", key = String, events(Noted))]
struct ByStream {
    keys: Vec<String>,
}

impl Apply<Noted> for ByStream {
    fn apply(&mut self, event: &Noted) {
        self.keys.extend(event.keys.iter().cloned());
    }
}

fn event(stream: usize, key: usize) -> NewEvent {
    let stream = StreamId::new("journal", &stream.to_string()).unwrap();
    NewEvent::encoded(stream, Encoded::of(&Noted { keys: vec![key.to_string()] }).unwrap())
}

/// Who applies how many of the partitions, as this node sees it.
fn holders(node: &RunningProjection) -> [usize; 3] {
    let progress = node.waiter().progress().unwrap();
    [Holder::Here, Holder::Elsewhere, Holder::Nobody]
        .map(|holder| progress.partitions.iter().filter(|partition| partition.holder == holder).count())
}

/// Until the nodes have so many partitions each.
async fn until_they_have(nodes: &[&RunningProjection], shares: &[usize]) {
    soon(async {
        while nodes.iter().map(|node| holders(node)[0]).collect::<Vec<_>>() != shares {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

async fn folds_the_same<S: EventStore + DocumentSink>(store: S) {
    let runner = Runner::new(ByStream::default()).partitions(8);
    let app = App::builder(store.clone()).run(runner).build().await.unwrap();
    append(&store, (0..3_000).map(|n| event(n % 100, n))).await;
    let last = append(&store, [event(7, 3_000)]).await;
    app.wait_for::<ByStream>(&last).await.unwrap();
    app.caught_up().await.unwrap();
    let all = app.model::<factum::Documents<ByStream>>().unwrap().all().await.unwrap();
    assert_eq!(all.len(), 100);
    for (stream, document) in all {
        let stream: usize = stream.parse().unwrap();
        let expected = (0..=3_000).filter(|n| if *n == 3_000 { stream == 7 } else { n % 100 == stream });
        assert_eq!(document.keys, expected.map(|n| n.to_string()).collect::<Vec<_>>(), "{stream}");
    }
    app.shutdown().await;
}

#[tokio::test]
async fn and_the_result_is_the_same() {
    folds_the_same(MemoryStore::new()).await;
    let (store, _folder) = sqlite().await;
    folds_the_same(store).await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Its documents change by events of any stream, so that partitions cannot go by streams.
    #[test]
    fn also_of_documents_of_many_streams(steps in steps(0..40), partitions in 2_u16..6, page in 1_usize..9) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = Faulty::new(MemoryStore::new()).pages([page]);
            append(&store, steps.iter().map(crate::given::Step::event)).await;
            let running =
                Runner::new(Journal).partitions(partitions).start(store.clone(), store.clone()).unwrap();
            running.waiter().reached(Position::new(steps.len() as u64)).await.unwrap();
            assert_eq!(documents(&store).await, expected(&steps));
        });
    }
}

#[tokio::test]
async fn evenly_among_the_nodes_that_are_there() {
    let store = MemoryStore::new();
    let start = || Runner::new(Journal).partitions(8).lease(Duration::from_secs(1));
    let start = || start().start(store.clone(), store.clone()).unwrap();
    let first = start();
    until_they_have(&[&first], &[8]).await;
    let second = start();
    until_they_have(&[&first, &second], &[4, 4]).await;
    let third = start();
    soon(async {
        loop {
            let shares = [&first, &second, &third].map(|node| holders(node)[0]);
            if shares.iter().sum::<usize>() == 8 && shares.iter().all(|share| (2..=3).contains(share)) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    let steps = followed(50);
    append(&store, steps.iter().map(crate::given::Step::event)).await;
    for node in [&first, &second, &third] {
        soon(node.waiter().reached(Position::new(50))).await.unwrap();
    }
    assert_eq!(documents(&store).await, expected(&steps));

    second.stop().await;
    assert_eq!(holders(&second)[0], 0);
    until_they_have(&[&first, &third], &[4, 4]).await;
    third.stop().await;
    first.stop().await;
}

#[tokio::test]
async fn and_who_has_none_stands_by_and_hears_of_the_others() {
    let store = MemoryStore::new();
    let runs = Runner::new(Journal).start(store.clone(), store.clone()).unwrap();
    until_they_have(&[&runs], &[1]).await;
    let stands_by = Runner::new(Journal).start(store.clone(), store.clone()).unwrap();
    let receipt = append(&store, [noted("k")]).await;
    soon(stands_by.waiter().applied(&receipt)).await.unwrap();
    assert!(matches!(stands_by.waiter().progress().unwrap().status, Status::StandBy));

    runs.stop().await;
    let receipt = append(&store, [noted("k")]).await;
    soon(stands_by.waiter().applied(&receipt)).await.unwrap();
    assert!(matches!(stands_by.waiter().progress().unwrap().status, Status::Running));
    assert_eq!(documents(&store).await["k"], [1, 2]);
}

#[tokio::test]
async fn and_their_number_does_not_change() {
    let store = MemoryStore::new();
    let first = Runner::new(Journal).partitions(4).start(store.clone(), store.clone()).unwrap();
    until_they_have(&[&first], &[4]).await;
    let other = Runner::new(Journal).partitions(5).start(store.clone(), store.clone()).unwrap();
    let error = soon(other.waiter().reached(Position::new(1))).await.unwrap_err();
    let told = format!("{error:?}");
    assert!(told.contains("running journal_v1 in 5 partitions") && told.contains("it has 4"), "{told}");
}

/// What ran in one piece goes on in one piece.
#[tokio::test]
async fn and_what_was_not_parted_is_not_parted_later() {
    let store = MemoryStore::new();
    append(&store, [noted("k")]).await;
    let first = run_briefly(Journal, store.clone(), store.clone());
    soon(first.waiter().reached(Position::new(1))).await.unwrap();
    first.stop().await;
    let other = Runner::new(Journal).partitions(2).start(store.clone(), store.clone()).unwrap();
    let error = soon(other.waiter().reached(Position::new(1))).await.unwrap_err();
    assert!(format!("{error:?}").contains("it has 1"), "{error:?}");
}

/// Says that its keys are those of the stream, and has others.
#[derive(Projection)]
#[projection(name = "astray", events(Noted))]
struct Astray;

impl factum::View for Astray {
    type Key = String;
    type Document = Entries;
    const KEYS_OF_STREAM: bool = true;

    fn keys(&self, _: &factum::Recorded<AstrayEvent>) -> factum::Keys<String> {
        factum::Keys::one("one for all".to_owned())
    }

    fn fold(&self, _: &String, entries: &mut Entries, event: &factum::Recorded<AstrayEvent>) {
        entries.positions.push(event.position().get());
    }
}

#[tokio::test]
async fn and_no_two_of_them_write_one_document() {
    let store = MemoryStore::new();
    append(&store, (0..20).map(|n| event(n, n))).await;
    let runner = crate::given::stopping(Astray).partitions(4);
    let running = runner.start(store.clone(), store.clone()).unwrap();
    let error = soon(running.waiter().reached(Position::new(20))).await.unwrap_err();
    assert!(format!("{error:?}").contains("are in different partitions"), "{error:?}");
}
