use crate::place::{Hold, Owner, Place, keys, run, small};
use factum_core::{
    EventAppender,
    checkpoint::AdvanceError,
    sink::{CommitError, Sink},
};
use factum_store_sqlite::SqliteWork;
use futures_util::FutureExt;

fn panics() -> SqliteWork {
    SqliteWork::new(|connection| {
        connection.execute_batch("INSERT INTO done VALUES ('x')")?;
        panic!("a defect of the projection")
    })
}

#[tokio::test]
async fn who_is_told() {
    let place = Place::new();
    let store = place.open().await;
    run(&store, "CREATE TABLE done (it TEXT)").await;
    let owner = Owner::of(&store, "balances").await;
    let hold = Hold::of(&store).await;
    let (before, panicked, after, ()) = tokio::join!(
        biased;
        store.append_one(small("before")),
        store.commit(panics(), owner.to(7)),
        store.append_one(small("after")),
        hold.release(),
    );
    match panicked {
        Err(CommitError::Advance(AdvanceError::Store(error))) => {
            assert!(!error.is_transient() && !error.is_closed(), "{error:?}");
            assert!(format!("{error:?}").contains("panicked"), "{error:?}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!((before.unwrap().position().get(), after.unwrap().position().get()), (1, 2));
    let rows: i64 = place.sql().query_row("SELECT count(*) FROM done", [], |row| row.get(0)).unwrap();
    assert_eq!((rows, owner.position(&store).await), (0, 0));

    store.append_one(small("later")).await.unwrap();
    assert_eq!(keys(&store).await, ["before", "after", "later"]);
}

/// Nobody is left to be told, and the store goes on all the same.
#[tokio::test]
async fn and_nobody_if_its_caller_has_gone() {
    let place = Place::new();
    let store = place.open().await;
    run(&store, "CREATE TABLE done (it TEXT)").await;
    let owner = Owner::of(&store, "balances").await;
    let hold = Hold::of(&store).await;
    let mut commit = Box::pin(store.commit(panics(), owner.to(7)));
    assert!((&mut commit).now_or_never().is_none());
    drop(commit);
    let (after, ()) = tokio::join!(biased; store.append_one(small("after")), hold.release());
    assert_eq!(after.unwrap().position().get(), 1);
    assert_eq!(owner.position(&store).await, 0);
}
