use crate::given::{Call, Fault, Faulty, Journal, append, broken, gate, noted, soon};
use factum::{App, Position};
use factum_projections::{AppBuilderExt, AppExt, OnFailure, Runner, Status, runner::Holder};
use factum_store_memory::MemoryStore;
use std::time::Duration;

#[tokio::test]
async fn nobody_while_all_is_well() {
    let app = App::builder(MemoryStore::new()).run(Runner::new(Journal).partitions(3)).build().await.unwrap();
    append(app.store(), [noted("a")]).await;
    app.caught_up().await.unwrap();
    let health = app.health().await.unwrap().pop().unwrap();
    assert!(health.is_well(), "{health:?}");
    assert_eq!(
        (health.name, health.behind, health.lag, health.parked_lanes),
        ("journal", 0, Duration::ZERO, 0)
    );
    assert_eq!(health.partitions.len(), 3);
    for partition in health.partitions {
        assert_eq!((partition.holder, partition.position), (Holder::Here, Position::new(1)));
        assert!(partition.alive.unwrap() < Duration::from_secs(10) && partition.moved.is_some());
    }
    app.shutdown().await;
    assert!(!app.health().await.unwrap()[0].is_well());
}

#[tokio::test]
async fn for_what_is_in_quarantine() {
    let runner = Runner::new(Journal).on_failure(OnFailure::Quarantine { attempts: 1 });
    let app = App::builder(MemoryStore::new()).run(runner).build().await.unwrap();
    append(app.store(), [broken(), noted("a")]).await;
    app.caught_up().await.unwrap();
    let health = app.health().await.unwrap().pop().unwrap();
    assert!(!health.is_well() && health.oldest_parked.is_some());
    assert_eq!((health.parked_lanes, health.behind), (1, 0), "it gets on all the same");
}

/// It lives, and does not get on.
#[tokio::test]
async fn for_what_hangs() {
    let (stop, mut held) = gate();
    let store = Faulty::new(MemoryStore::new()).at(Call::Commit, 1, Fault::HoldBefore(stop));
    let app = App::builder(store.clone()).projection(Journal).build().await.unwrap();
    let first = append(&store, [noted("a")]).await;
    app.wait_for::<Journal>(&first).await.unwrap();
    append(&store, [noted("a"), noted("a")]).await;
    held.reached().await;
    let health = app.health().await.unwrap().pop().unwrap();
    assert_eq!((health.behind, health.partitions[0].behind), (2, 2));
    assert!(health.lag > Duration::ZERO && matches!(health.status, Status::Running));
    held.open();
    soon(app.caught_up()).await.unwrap();
}
