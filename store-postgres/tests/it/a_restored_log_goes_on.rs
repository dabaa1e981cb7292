//! `pg_dump` and restore, into a server that has never seen the log: nothing that is stored means anything to one server
//! only, such as a transaction's number.

use crate::log::{Subscriber, append_in, log, positions, small, version};
use factum_core::{
    CheckpointKey, CheckpointStore, ConsumerName, EventAppender, EventReader, Position, checkpoint::Advance,
};
use factum_services::postgres::Cluster;
use factum_store_postgres::PgStore;

#[tokio::test]
async fn with_its_checkpoints_and_above_what_was_there() {
    let (old, new) = tokio::try_join!(Cluster::builder().start(), Cluster::builder().start()).unwrap();
    let store = PgStore::connect(&old.url("postgres")).await.unwrap();
    for key in ["a", "b", "a"] {
        store.append_one(small(key)).await.unwrap();
    }
    let mut aborted = store.pool().begin().await.unwrap();
    assert_eq!(append_in(&store, &mut aborted, small("c")).await, 4);
    store.append_one(small("b")).await.unwrap();
    aborted.rollback().await.unwrap();
    let key = CheckpointKey::new(ConsumerName::new("totals").unwrap(), store.log_id());
    let epoch = store.claim(&key).await.unwrap().epoch;
    store.advance(Advance::new(key.clone(), epoch, Position::new(3))).await.unwrap();
    assert_eq!(positions(&store).await, [1, 2, 3, 5]);
    // One is under way during the dump, and so is not in it.
    let mut late = store.pool().begin().await.unwrap();
    assert_eq!(append_in(&store, &mut late, small("late")).await, 6);
    store.append_one(small("a")).await.unwrap();

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dump.sql");
    old.run("pg_dump", ["--file", file.to_str().unwrap(), "postgres"]).await.unwrap();
    late.commit().await.unwrap();
    let settings =
        ["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--file", file.to_str().unwrap(), "postgres"];
    new.run("psql", settings).await.unwrap();

    let restored = PgStore::connect(&new.url("postgres")).await.unwrap();
    assert_eq!(restored.log_id(), store.log_id());
    assert_eq!(positions(&restored).await, [1, 2, 3, 5, 7]);
    let (before, after) = (log(&store).await, log(&restored).await);
    assert!(before.iter().filter(|event| event.position.get() != 6).eq(&after), "{before:?} {after:?}");
    let checkpoint = restored.checkpoint(&key).await.unwrap().unwrap();
    assert_eq!((checkpoint.position.get(), checkpoint.epoch), (3, epoch));
    assert!(restored.health().mark.get() <= 7);

    let mut subscriber = Subscriber::of(&restored);
    let mut open = restored.pool().begin().await.unwrap();
    assert_eq!(append_in(&restored, &mut open, small("late")).await, 8);
    assert_eq!(restored.append_one(small("a")).await.unwrap().position().get(), 9);
    assert_eq!(positions(&restored).await, [1, 2, 3, 5, 7]);
    open.commit().await.unwrap();
    subscriber.sees(&[1, 2, 3, 5, 7, 8, 9]).await;
    assert_eq!((version(&restored, "a").await, version(&restored, "late").await), (4, 1));
    restored.advance(Advance::new(key, epoch, Position::new(9))).await.unwrap();
    assert_eq!(restored.head().await.unwrap().get(), 9);
}
