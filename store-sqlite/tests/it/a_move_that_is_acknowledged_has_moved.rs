use crate::place::{Owner, Place, run};
use factum_core::{
    CheckpointKey, CheckpointStore, ConsumerName, EventReader, Position,
    checkpoint::{Advance, AdvanceError, Epoch},
    sink::{CommitError, Sink},
};
use factum_store_sqlite::SqliteWork;

/// Nobody has claimed it, and the epoch of nobody is 0: the move is made or refused, but not forgotten.
#[tokio::test]
async fn even_if_nobody_has_claimed_the_checkpoint() {
    let place = Place::new();
    let store = place.open().await;
    let key = CheckpointKey::new(ConsumerName::new("balances").unwrap(), store.log_id());
    let moved = store.advance(Advance::new(key.clone(), Epoch::default(), Position::new(7))).await;
    let kept = store.checkpoint(&key).await.unwrap().map(|checkpoint| checkpoint.position.get());
    match moved {
        Ok(()) => assert_eq!(kept, Some(7)),
        Err(error) => {
            assert!(matches!(error, AdvanceError::Fenced { .. }), "{error:?}");
            assert_eq!(kept, None);
        }
    }
}

/// The epoch that counts is the one in the file.
#[tokio::test]
async fn and_one_of_an_owner_deposed_by_another_process_is_not() {
    let place = Place::new();
    let (ours, theirs) = (place.open().await, place.open().await);
    run(&ours, "CREATE TABLE done (it TEXT)").await;
    let owner = Owner::of(&ours, "balances").await;
    ours.commit(SqliteWork::new(|_| Ok(())), owner.to(5)).await.unwrap();
    Owner::of(&theirs, "balances").await;
    let insert = SqliteWork::new(|connection| Ok(connection.execute_batch("INSERT INTO done VALUES ('x')")?));
    let fenced = ours.commit(insert, owner.to(7)).await;
    assert!(matches!(fenced, Err(CommitError::Advance(AdvanceError::Fenced { .. }))), "{fenced:?}");
    let rows: i64 = place.sql().query_row("SELECT count(*) FROM done", [], |row| row.get(0)).unwrap();
    assert_eq!((rows, owner.position(&theirs).await), (0, 5));
}
