use crate::given::{
    Call, Entries, Fault, Faulty, Journal, Kind, Noted, Step, append, documents, expected, followed, gate,
    noted, run, unrelated,
};
use factum::{
    App, CheckpointKey, CheckpointStore, ConsumerName, Documents, Keys, Position, Recorded, View,
    app::Running, store::EventReader,
};
use factum_macros::Projection;
use factum_projections::{AppBuilderExt, AppExt, Status};
use factum_store_memory::MemoryStore;
use factum_store_sqlite::SqliteStore;
use std::{pin::pin, time::Duration};

#[tokio::test]
async fn over_and_over_in_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let steps = followed(30);
    for (run, part) in steps.chunks(10).enumerate() {
        let store = SqliteStore::open(folder.path().join("journal.db")).await.unwrap();
        let app = App::builder(store.clone()).projection(Journal).build().await.unwrap();
        append(&store, part.iter().map(Step::event)).await;
        app.caught_up().await.unwrap();
        assert_eq!(documents(&store).await, expected(&steps[..10 * (run + 1)]));
        app.shutdown().await;
    }
}

#[tokio::test]
async fn and_reads_nothing_before_it() {
    let store = MemoryStore::new();
    append(&store, [noted("a"), noted("b")]).await;
    let first = run(Journal, store.clone(), store.clone());
    first.waiter().reached(Position::new(2)).await.unwrap();
    first.stop().await;

    let again = Faulty::new(store.clone());
    let second = run(Journal, again.clone(), again.clone());
    append(&store, [noted("c")]).await;
    second.waiter().reached(Position::new(3)).await.unwrap();
    assert_eq!(again.times(Call::Commit).len(), 1);
    assert_eq!(documents(&store).await.into_values().collect::<Vec<_>>(), [[1], [2], [3]]);
}

async fn kept(store: &Faulty<MemoryStore>) -> Position {
    let key = CheckpointKey::new(ConsumerName::from_static("journal_v1").unwrap(), store.log_id());
    store.checkpoint(&key).await.unwrap().unwrap().position
}

#[tokio::test(start_paused = true)]
async fn which_is_written_now_and_then_when_nothing_concerns_it() {
    let store = Faulty::new(MemoryStore::new()).pages([1_000]);
    let running = run(Journal, store.clone(), store.clone());
    append(&store, (0..9_999).map(|_| unrelated())).await;
    running.waiter().reached(Position::new(9_999)).await.unwrap();
    assert_eq!(kept(&store).await, Position::START);
    append(&store, [unrelated()]).await;
    running.waiter().reached(Position::new(10_000)).await.unwrap();
    assert_eq!(kept(&store).await, Position::new(10_000));
    append(&store, [unrelated()]).await;
    running.waiter().reached(Position::new(10_001)).await.unwrap();
    assert_eq!(kept(&store).await, Position::new(10_000));
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(kept(&store).await, Position::new(10_001), "others hear how far it has come");
}

#[tokio::test]
async fn that_a_stop_has_written_after_passing_over() {
    let (stop, mut held) = gate();
    let store = Faulty::new(MemoryStore::new()).pages([1]).at(Call::Advance, 0, Fault::HoldBefore(stop));
    append(&store, [noted("k"), unrelated()]).await;
    let running = run(Journal, store.clone(), store.clone());
    running.waiter().reached(Position::new(2)).await.unwrap();
    assert_eq!(kept(&store).await, Position::new(1));
    let mut stop = pin!(running.stop());
    tokio::select! {
        () = stop.as_mut() => panic!("it has not kept its place"),
        () = held.reached() => held.open(),
    }
    stop.await;
    assert_eq!(kept(&store).await, Position::new(2));
    assert!(matches!(running.waiter().progress().unwrap().status, Status::Stopped));
}

#[tokio::test]
async fn whether_or_not_the_last_place_could_be_written() {
    for fault in [Fault::Before(Kind::Transient), Fault::After(Kind::Transient)] {
        let store = Faulty::new(MemoryStore::new()).pages([1]).at(Call::Advance, 0, fault);
        append(&store, [noted("k"), unrelated()]).await;
        let first = run(Journal, store.clone(), store.clone());
        first.waiter().reached(Position::new(2)).await.unwrap();
        first.stop().await;
        assert!(store.is_played());
        append(&store, [noted("k")]).await;
        let second = run(Journal, store.clone(), store.clone());
        second.waiter().reached(Position::new(3)).await.unwrap();
        assert_eq!(documents(&store).await["k"], [1, 3]);
    }
}

/// The journal's next version; it keeps its documents in another way.
#[derive(Projection)]
#[projection(name = "journal", version = 2, events(Noted))]
struct Next;

impl View for Next {
    type Key = String;
    type Document = Entries;

    fn keys(&self, _: &Recorded<NextEvent>) -> Keys<String> {
        Keys::one("only".to_owned())
    }

    fn fold(&self, _: &String, entries: &mut Entries, event: &Recorded<NextEvent>) {
        entries.positions.push(event.position().get());
    }
}

#[tokio::test]
async fn and_a_new_version_begins_beside_the_old_one() {
    let store = MemoryStore::new();
    append(&store, [noted("a"), noted("b")]).await;
    let old = App::builder(store.clone()).projection(Journal).build().await.unwrap();
    old.caught_up().await.unwrap();
    let new = App::builder(store.clone()).projection(Next).build().await.unwrap();
    new.caught_up().await.unwrap();

    append(&store, [noted("c")]).await;
    old.caught_up().await.unwrap();
    new.caught_up().await.unwrap();
    let documents_of_new = new.model::<Documents<Next>>().unwrap().all().await.unwrap();
    assert_eq!(documents_of_new.len(), 1);
    assert_eq!(documents_of_new[0].1.positions, [1, 2, 3]);
    assert_eq!(documents(&store).await.into_values().collect::<Vec<_>>(), [[1], [2], [3]]);
}
