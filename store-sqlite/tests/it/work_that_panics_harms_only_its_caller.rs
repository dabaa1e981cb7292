use crate::place::{Hold, Owner, Place, keys, run, small};
use factum_core::{sink::Sink, store::EventAppenderExt};
use factum_store_sqlite::SqliteWork;
use futures_util::FutureExt;

fn panics() -> SqliteWork {
    SqliteWork::new(|connection| {
        connection.execute_batch("INSERT INTO done VALUES ('x')")?;
        panic!("a defect of the projection")
    })
}

/// A panic is a defect of whoever wrote the work, so it goes on there: in the task that asked for it.
#[tokio::test]
async fn it_goes_on_in_the_task_that_asked_for_the_work() {
    let place = Place::new();
    let store = place.open().await;
    run(&store, "CREATE TABLE done (it TEXT)").await;
    let owner = Owner::of(&store, "balances").await;
    let hold = Hold::of(&store).await;
    let task = {
        let (store, advance) = (store.clone(), owner.to(7));
        tokio::spawn(async move { store.commit(panics(), advance).await })
    };
    let (before, after, ()) = tokio::join!(
        biased;
        async {
            let before = store.append_one(small("before"));
            tokio::join!(biased; before, tokio::task::yield_now()).0
        },
        async {
            tokio::task::yield_now().await;
            store.append_one(small("after")).await
        },
        async {
            tokio::task::yield_now().await;
            hold.release().await;
        },
    );
    let panic = task.await.unwrap_err().into_panic();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"a defect of the projection"));
    assert_eq!((before.unwrap().position().get(), after.unwrap().position().get()), (1, 2));
    let rows: i64 = place.sql().query_row("SELECT count(*) FROM done", [], |row| row.get(0)).unwrap();
    assert_eq!((rows, owner.position(&store).await), (0, 0));

    store.append_one(small("later")).await.unwrap();
    assert_eq!(keys(&store).await, ["before", "after", "later"]);
}

/// Nobody is left to be told, and the store goes on all the same.
#[tokio::test]
async fn it_harms_nobody_when_its_caller_has_gone() {
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
