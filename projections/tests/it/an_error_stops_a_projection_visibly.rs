use crate::given::{
    Call, Entries, Fault, Faulty, Journal, Kind, Noted, append, begin, broken, documents, expected, followed,
    gate, noted, run, soon, stopping,
};
use async_trait::async_trait;
use factum::{
    App, CheckpointKey, CheckpointStore, ConsumerName, Keys, Position, Recorded, View,
    checkpoint::Advance,
    projection::{Project, ProjectionError},
    sink::{Change, Collection, Document, DocumentSink, Sink},
    store::EventReader,
};
use factum_macros::Projection;
use factum_projections::{AppBuilderExt, AppExt, Progress, Status, WaitError};
use factum_store_memory::{MemoryStore, MemoryWork};

/// An error with its causes.
fn told(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {}", told(cause)))
}

fn failed(progress: &Progress) -> String {
    match &progress.status {
        Status::Failed(error) => told(&**error),
        other => panic!("{other:?}"),
    }
}

fn journal_of(store: &MemoryStore) -> CheckpointKey {
    CheckpointKey::new(ConsumerName::from_static("journal_v1").unwrap(), store.log_id())
}

#[tokio::test]
async fn an_event_that_cannot_be_read() {
    let store = MemoryStore::new();
    let app = App::builder(store.clone()).run(stopping(Journal)).build().await.unwrap();
    let good = append(&store, [noted("k")]).await;
    app.wait_for::<Journal>(&good).await.unwrap();
    let bad = append(&store, [noted("k"), broken(), noted("k")]).await;

    let error = told(&soon(app.wait_for::<Journal>(&bad)).await.unwrap_err());
    assert!(
        error.starts_with(
            "projection journal has failed: applying event 3 to stream journal-1: reading Noted"
        ),
        "{error}"
    );
    assert!(
        error.contains("at journal-1 version 3, position 3") && error.contains("invalid type"),
        "{error}"
    );
    assert_eq!(told(&app.caught_up().await.unwrap_err()), error);
    app.wait_for::<Journal>(&good).await.expect("that much it has applied");

    let (name, progress) = app.progress().pop().unwrap();
    assert_eq!(name, "journal");
    assert!(failed(&progress).starts_with("applying event 3 to stream journal-1: reading Noted"));
    let kept = store.checkpoint(&journal_of(&store)).await.unwrap().unwrap();
    assert_eq!(kept.position, progress.position);
    let applied = documents(&store).await["k"].clone();
    assert!(applied.iter().all(|position| *position <= kept.position.get()), "{applied:?}");
    app.shutdown().await;
    assert!(matches!(app.wait_for::<Journal>(&bad).await, Err(WaitError::Failed { .. })));
}

#[tokio::test]
async fn an_event_that_cannot_be_read_stops_it_at_the_same_place_in_any_batches() {
    for pages in [1, 2, 3, 100] {
        let store = Faulty::new(MemoryStore::new()).pages([pages]);
        append(&store, [noted("k"), noted("k"), broken(), noted("k")]).await;
        let running = run(Journal, store.clone(), store.clone());
        soon(running.waiter().reached(Position::new(4))).await.unwrap_err();
        assert_eq!(documents(&store).await["k"], [1, 2], "pages of {pages}");
        assert_eq!(running.waiter().progress().unwrap().position, Position::new(2), "pages of {pages}");
    }
}

#[tokio::test]
async fn an_error_that_will_not_pass_of_any_call() {
    let calls = [Call::Prepare, Call::Claim, Call::Head, Call::ReadLog, Call::Look, Call::Load, Call::Commit];
    let steps = followed(2);
    for call in calls {
        let store = Faulty::new(MemoryStore::new());
        begin(&store, &steps).await;
        let before = store.times(call).len();
        let store = store.next_at(call, 0, Fault::Before(Kind::Lasting));
        append(&store, [noted("k")]).await;
        let running = run(Journal, store.clone(), store.clone());
        let error = told(&soon(running.waiter().reached(Position::new(3))).await.unwrap_err());
        assert_eq!(
            error,
            format!("projection journal has failed: {call:?} as told failed: it will not pass")
        );
        assert_eq!(store.times(call).len(), before + 1, "it is not tried again");
        assert_eq!(documents(&store).await, expected(&steps));
    }
}

#[tokio::test]
async fn while_somebody_waits_already() {
    let (stop, mut held) = gate();
    let store = Faulty::new(MemoryStore::new()).at(Call::ReadLog, 0, Fault::HoldAfter(stop));
    append(&store, [broken()]).await;
    let running = run(Journal, store.clone(), store.clone());
    held.reached().await;
    let waiter = running.waiter();
    let waits = tokio::spawn(async move { waiter.reached(Position::new(1)).await });
    tokio::task::yield_now().await;
    held.open();
    assert!(matches!(waits.await.unwrap(), Err(WaitError::Failed { .. })));
}

/// Expects numbers as the keys of streams.
#[derive(Projection)]
#[projection(name = "numbered", events(Noted))]
struct Numbered;

impl View for Numbered {
    type Key = u8;
    type Document = Entries;

    fn keys(&self, event: &Recorded<NumberedEvent>) -> Keys<u8> {
        Keys::of_stream(event)
    }

    fn fold(&self, _: &u8, _: &mut Entries, _: &Recorded<NumberedEvent>) {}
}

#[tokio::test]
async fn a_stream_whose_key_is_none_of_the_view() {
    let store = MemoryStore::new();
    let app = App::builder(store.clone()).run(stopping(Numbered)).build().await.unwrap();
    let mut event = noted("k");
    event.stream = "journal-256".parse().unwrap();
    let receipt = append(&store, [event]).await;
    let error = told(&soon(app.wait_for::<Numbered>(&receipt)).await.unwrap_err());
    assert!(
        error.ends_with("the key of stream journal-256 is not a u8: number too large to fit in target type"),
        "{error}"
    );
}

#[tokio::test]
async fn a_key_that_cannot_be_kept() {
    for key in ["", "a\0b", &"k".repeat(1_025)] {
        let store = MemoryStore::new();
        let app = App::builder(store.clone()).run(stopping(Journal)).build().await.unwrap();
        let receipt = append(&store, [noted("good"), noted(key)]).await;
        let error = told(&soon(app.wait_for::<Journal>(&receipt)).await.unwrap_err());
        assert!(error.contains("document key"), "{error}");
    }
}

#[tokio::test]
async fn a_document_that_is_none_of_the_view() {
    let store = MemoryStore::new();
    let key = journal_of(&store);
    let epoch = store.claim(&key).await.unwrap().epoch;
    let strange = Change::Put(Document::new("k", r#"{"positions":"many"}"#));
    let work = store.changes(&Collection::new("journal", 1).unwrap(), vec![strange]);
    store.commit(work, Advance::new(key, epoch, Position::START)).await.unwrap();

    let app = App::builder(store.clone()).run(stopping(Journal)).build().await.unwrap();
    let receipt = append(&store, [noted("k")]).await;
    let error = told(&soon(app.wait_for::<Journal>(&receipt)).await.unwrap_err());
    assert!(error.contains(r#"reading document "k" of journal v1"#), "{error}");
    assert!(app.ask(Journal::get("k")).await.is_err());
}

#[tokio::test]
async fn a_checkpoint_beyond_the_end_of_the_log() {
    let store = MemoryStore::new();
    append(&store, [noted("k")]).await;
    let key = journal_of(&store);
    let epoch = store.claim(&key).await.unwrap().epoch;
    store.advance(Advance::new(key, epoch, Position::new(2))).await.unwrap();

    let running = run(Journal, store.clone(), store.clone());
    let error = told(&soon(running.waiter().reached(Position::new(3))).await.unwrap_err());
    assert!(error.contains("subscribing after position 2 failed: the log ends at position 1"), "{error}");
    assert!(documents(&store).await.is_empty());
}

/// Its work fails at the second event, after having changed a document.
#[derive(Projection)]
#[projection(name = "refusing", events(Noted))]
struct Refusing;

#[async_trait]
impl Project<MemoryStore> for Refusing {
    async fn project(
        &self,
        _: &MemoryStore,
        events: &[Recorded<RefusingEvent>],
    ) -> Result<MemoryWork, ProjectionError> {
        let refuse = events.iter().any(|event| event.position() == Position::new(2));
        let body = serde_json::to_vec(&events.len()).map_err(|e| ProjectionError::Work(e.into()))?;
        Ok(MemoryWork::new(move |transaction| {
            let collection = Collection::new("journal", 1)?;
            transaction.change(&collection, Change::Put(Document::new("k", body)));
            if refuse { Err("it is the second".into()) } else { Ok(()) }
        }))
    }
}

#[tokio::test]
async fn work_of_its_own_that_fails_and_leaves_nothing_behind() {
    let store = MemoryStore::new();
    let running = run(Refusing, store.clone(), store.clone());
    append(&store, [noted("k"), noted("k")]).await;
    let error = told(&soon(running.waiter().reached(Position::new(2))).await.unwrap_err());
    let expected = "projection refusing has failed: applying event 2 to stream journal-1: the projection failed: \
                    writing the read model failed: it is the second";
    assert_eq!(error, expected);
    let key = CheckpointKey::new(ConsumerName::from_static("refusing_v1").unwrap(), store.log_id());
    let position = store.checkpoint(&key).await.unwrap().unwrap().position;
    assert_eq!(position, Position::new(1), "what came before it has been found to be good");
}

/// The read model would otherwise count both logs together.
#[tokio::test]
async fn another_log_than_the_one_that_its_read_model_is_of() {
    let (one, other, sink) = (MemoryStore::new(), MemoryStore::new(), MemoryStore::new());
    append(&one, [noted("k")]).await;
    append(&other, [noted("k"), noted("k")]).await;
    let first = run(Journal, sink.clone(), one.clone());
    soon(first.waiter().reached(Position::new(1))).await.unwrap();
    let before = documents(&sink).await;

    let second = run(Journal, sink.clone(), other.clone());
    let error = told(&soon(second.waiter().reached(Position::new(1))).await.unwrap_err());
    assert!(error.contains(&format!("its read model is of log {}", one.log_id())), "{error}");
    assert_eq!(documents(&sink).await, before);
}
