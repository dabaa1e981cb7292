use crate::given::{
    Call, Fault, Faulty, Journal, Kind, Step, append, begin, documents, expected, followed, gate, noted, run,
    run_briefly, sqlite, steps, unrelated,
};
use factum::{
    CheckpointKey, CheckpointStore, ConsumerName, EventStore, Position,
    checkpoint::AdvanceError,
    sink::{Collection, CommitError, DocumentSink},
};
use factum_projections::Status;
use factum_store_memory::MemoryStore;
use proptest::prelude::*;
use tokio::{runtime::Builder, sync::oneshot};

/// Time stands still, so that waiting before the next attempt costs none.
fn paused() -> tokio::runtime::Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

fn end(steps: &[Step]) -> Position {
    Position::new(steps.len() as u64)
}

async fn kept(store: &impl EventStore, sink: &impl CheckpointStore) -> usize {
    let key = CheckpointKey::new(ConsumerName::from_static("journal_v1").unwrap(), store.log_id());
    sink.checkpoint(&key).await.unwrap().map_or(0, |checkpoint| checkpoint.position.get() as usize)
}

/// Runs the journal to the end of the log, starting it again whenever it has failed for good.
async fn run_to_the_end<S: EventStore + DocumentSink>(store: &Faulty<S>, steps: &[Step]) {
    // So that there is something to look at also when the runner cannot make it.
    DocumentSink::prepare(&store.inner, &Collection::new("journal", 1).unwrap()).await.unwrap();
    for _ in 0..20 {
        let running = run_briefly(Journal, store.clone(), store.clone());
        let reached = running.waiter().reached(end(steps)).await;
        // Whatever happened, the documents are those of the checkpoint.
        let at = kept(store, store).await;
        let progress = running.waiter().progress().unwrap();
        assert_eq!(documents(store).await, expected(&steps[..at]), "at {at}, {:?}", progress.status);
        if reached.is_ok() {
            assert_eq!(documents(store).await, expected(steps));
            return;
        }
        assert!(matches!(progress.status, Status::Failed(_)));
    }
    panic!("it does not come to the end");
}

#[tokio::test(start_paused = true)]
async fn a_transient_error_of_any_call_with_and_without_effect() {
    let once = [Call::Prepare, Call::Claim, Call::Head, Call::Look].map(|call| (call, 1));
    // Batches grow: of one page, eight, 64. Documents that a session has written it does not read back.
    let often = [(Call::ReadLog, 5), (Call::Commit, 4), (Call::Load, 2)];
    let steps = followed(160);
    let (begun, rest) = steps.split_at(4);
    for (call, count) in once.into_iter().chain(often) {
        for nth in 0..count {
            for fault in [Fault::Before(Kind::Transient), Fault::After(Kind::Transient)] {
                let store = Faulty::new(MemoryStore::new()).pages([2]);
                begin(&store, begun).await;
                let store = store.next_at(call, nth, fault);
                append(&store, rest.iter().map(Step::event)).await;
                let running = run(Journal, store.clone(), store.clone());
                running.waiter().reached(end(&steps)).await.unwrap();
                assert_eq!(documents(&store).await, expected(&steps), "{call:?} {nth}");
                assert!(store.is_played(), "{call:?} {nth}");
            }
        }
    }
}

#[derive(Clone, Debug)]
struct Planned {
    call: Call,
    nth: usize,
    after: bool,
    kind: Kind,
}

fn planned() -> impl Strategy<Value = Planned> {
    let call = prop_oneof![
        1 => Just(Call::Prepare), 1 => Just(Call::Claim), 1 => Just(Call::Head),
        1 => Just(Call::Look), 2 => Just(Call::ReadLog), 2 => Just(Call::Load), 4 => Just(Call::Commit),
    ];
    let kind = prop_oneof![Just(Kind::Transient), Just(Kind::Lasting)];
    (call, 0..6_usize, any::<bool>(), kind).prop_map(|(call, nth, after, kind)| Planned {
        call,
        nth,
        after,
        kind,
    })
}

fn with_faults<S>(store: S, pages: Vec<usize>, faults: &[Planned]) -> Faulty<S> {
    faults.iter().fold(Faulty::new(store).pages(pages), |store, Planned { call, nth, after, kind }| {
        let fault = if *after { Fault::After(*kind) } else { Fault::Before(*kind) };
        store.at(*call, *nth, fault)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_errors_of_any_calls_in_memory(
        steps in steps(1..30),
        pages in proptest::collection::vec(1..5_usize, 1..4),
        faults in proptest::collection::vec(planned(), 0..8),
    ) {
        paused().block_on(async {
            let store = with_faults(MemoryStore::new(), pages, &faults);
            append(&store, steps.iter().map(Step::event)).await;
            run_to_the_end(&store, &steps).await;
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_errors_of_any_calls_in_sqlite(
        steps in steps(1..16),
        pages in proptest::collection::vec(1..5_usize, 1..4),
        faults in proptest::collection::vec(planned(), 0..6),
    ) {
        paused().block_on(async {
            let (file, _folder) = sqlite().await;
            let store = with_faults(file, pages, &faults);
            append(&store, steps.iter().map(Step::event)).await;
            run_to_the_end(&store, &steps).await;
        });
    }
}

/// The runtime is gone from one moment to the next, with whatever the runner was doing.
fn crash_at_every_call<S: EventStore + DocumentSink>(open: impl AsyncFn() -> S) {
    let steps = followed(13);
    // What follows loads documents twice: others in its second batch than in its first.
    let (begun, rest) = steps.split_at(7);
    for call in [Call::Claim, Call::Look, Call::ReadLog, Call::Load, Call::Commit] {
        for (nth, after) in [(0, false), (0, true), (1, false), (1, true)] {
            if [Call::Claim, Call::Look].contains(&call) && nth > 0 {
                continue;
            }
            let (stop, mut held) = gate();
            let fault = if after { Fault::HoldAfter(stop) } else { Fault::HoldBefore(stop) };
            let first = paused();
            let store = first.block_on(async {
                let store = Faulty::new(open().await).pages([4]);
                begin(&store, begun).await;
                let store = store.next_at(call, nth, fault);
                append(&store, rest.iter().map(Step::event)).await;
                let _running = run_briefly(Journal, store.clone(), store.clone());
                held.reached().await;
                store
            });
            drop(first);
            paused().block_on(run_to_the_end(&store, &steps));
        }
    }
}

#[test]
fn a_crash_at_any_call_in_memory() {
    crash_at_every_call(async || MemoryStore::new());
}

#[test]
fn a_crash_at_any_call_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let count = std::cell::Cell::new(0);
    crash_at_every_call(async || {
        count.set(count.get() + 1);
        let path = folder.path().join(format!("{}.db", count.get()));
        factum_store_sqlite::SqliteStore::open(path).await.unwrap()
    });
}

#[tokio::test(start_paused = true)]
async fn a_commit_that_was_given_up_and_lands_after_all() {
    let steps = followed(9);
    let (stop, mut held) = gate();
    let (told, landed) = oneshot::channel();
    let store = Faulty::new(MemoryStore::new()).pages([4]).at(Call::Commit, 1, Fault::Late(stop, told));
    append(&store, steps.iter().map(Step::event)).await;
    let running = run(Journal, store.clone(), store.clone());
    held.reached().await;
    running.waiter().reached(end(&steps)).await.unwrap();
    held.open();
    let late = landed.await.unwrap();
    assert!(matches!(late, Err(CommitError::Advance(AdvanceError::Fenced { .. }))), "{late:?}");
    assert_eq!(documents(&store).await, expected(&steps));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn while_many_write_beside_it() {
    let (file, _folder) = sqlite().await;
    let store = Faulty::new(file)
        .at(Call::Commit, 1, Fault::After(Kind::Transient))
        .at(Call::Commit, 3, Fault::Before(Kind::Transient))
        .at(Call::ReadLog, 9, Fault::After(Kind::Transient));
    let running = run(Journal, store.clone(), store.clone());
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let store = store.clone();
        writers.spawn(async move {
            for _ in 0..20 {
                append(&store, [noted("all"), noted(&format!("of {writer}")), unrelated()]).await;
            }
        });
    }
    writers.join_all().await;
    running.waiter().reached(Position::new(480)).await.unwrap();
    let documents = documents(&store).await;
    // Each append has three positions in a row.
    assert_eq!(documents["all"], (0..160).map(|i| 3 * i + 1).collect::<Vec<_>>());
    let mut of: Vec<_> = (0..8).flat_map(|writer| documents[&format!("of {writer}")].clone()).collect();
    of.sort_unstable();
    assert_eq!(of, (0..160).map(|i| 3 * i + 2).collect::<Vec<_>>());
}
