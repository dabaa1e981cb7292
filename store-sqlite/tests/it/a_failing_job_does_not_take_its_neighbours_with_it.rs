use crate::place::{Hold, Owner, Place, event, keys, run, small, stream};
use factum_core::{
    Append, AppendError, EventAppender, ExpectedVersion,
    checkpoint::AdvanceError,
    sink::{CommitError, Sink},
    store::EventReaderExt,
};
use factum_store_sqlite::{SqliteStore, SqliteWork};

/// Leaves room for about 30 pages more, of 4 KiB.
async fn almost_full(store: &SqliteStore) {
    let limit = |connection: &factum_store_sqlite::rusqlite::Connection| {
        let pages: u32 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
        Ok(connection.execute_batch(&format!("PRAGMA max_page_count = {}", pages + 30))?)
    };
    crate::place::work(store, limit).await.unwrap();
}

/// More than there is room for.
fn huge(key: &str) -> Append {
    Append::new([event(key, "x".repeat(1 << 20))])
}

fn is_full(error: &AppendError) -> bool {
    matches!(error, AppendError::Store(error) if format!("{error:?}").contains("full"))
}

#[tokio::test]
async fn appends_of_other_tasks_are_written() {
    let place = Place::new();
    let store = place.open().await;
    almost_full(&store).await;
    let hold = Hold::of(&store).await;
    let (before, failing, after, ()) = tokio::join!(
        biased;
        store.append_one(small("before")),
        store.append_one(huge("failing")),
        store.append_one(small("after")),
        hold.release(),
    );
    assert_eq!(before.unwrap().position().get(), 1);
    assert!(is_full(&failing.unwrap_err()));
    assert_eq!(after.unwrap().position().get(), 2);
    assert_eq!(keys(&store).await, ["before", "after"]);
}

#[tokio::test]
async fn other_appends_of_one_call_are_written() {
    let place = Place::new();
    let store = place.open().await;
    almost_full(&store).await;
    let outcomes = store.append(vec![small("before"), huge("failing"), small("after")]).await;
    let [Ok(_), Err(failing), Ok(_)] = outcomes.as_slice() else { panic!("{outcomes:?}") };
    assert!(is_full(failing));
    assert_eq!(keys(&store).await, ["before", "after"]);
}

/// Work can be done only once, so it may fail with its group; but then in a way that says that it may be tried again.
#[tokio::test]
async fn a_neighbouring_read_model_is_written_or_may_be_tried_again() {
    let place = Place::new();
    let store = place.open().await;
    run(&store, "CREATE TABLE done (it TEXT)").await;
    let owner = Owner::of(&store, "balances").await;
    almost_full(&store).await;
    let hold = Hold::of(&store).await;
    let insert = SqliteWork::new(|connection| Ok(connection.execute_batch("INSERT INTO done VALUES ('x')")?));
    let (committed, failing, ()) = tokio::join!(
        biased;
        store.commit(insert, owner.to(7)),
        store.append_one(huge("failing")),
        hold.release(),
    );
    assert!(is_full(&failing.unwrap_err()));
    let rows: i64 = place.sql().query_row("SELECT count(*) FROM done", [], |row| row.get(0)).unwrap();
    match committed {
        Ok(()) => assert_eq!((rows, owner.position(&store).await), (1, 7)),
        Err(CommitError::Advance(AdvanceError::Store(error))) => {
            assert!(error.is_transient(), "{error:?}");
            assert_eq!((rows, owner.position(&store).await), (0, 0));
        }
        Err(error) => panic!("{error:?}"),
    }
}

/// A full disk makes SQLite roll back the whole transaction by itself, savepoints and all.
#[tokio::test]
async fn a_read_model_that_finds_the_disk_full_fails_alone_and_says_so() {
    let place = Place::new();
    let store = place.open().await;
    run(&store, "CREATE TABLE done (it BLOB)").await;
    let owner = Owner::of(&store, "balances").await;
    almost_full(&store).await;
    let hold = Hold::of(&store).await;
    let insert = SqliteWork::new(|connection| {
        Ok(connection.execute_batch("INSERT INTO done VALUES (zeroblob(1 << 20))")?)
    });
    let (before, committed, after, ()) = tokio::join!(
        biased;
        store.append_one(small("before")),
        store.commit(insert, owner.to(7)),
        store.append_one(small("after")),
        hold.release(),
    );
    let error = committed.unwrap_err();
    assert!(matches!(&error, CommitError::Work(why) if why.to_string().contains("full")), "{error:?}");
    assert_eq!((before.unwrap().position().get(), after.unwrap().position().get()), (1, 2));
    assert_eq!(owner.position(&store).await, 0);
}

/// The numbers of streams and types that were made in a transaction are gone with it.
#[tokio::test]
async fn what_was_numbered_in_a_transaction_that_failed_is_numbered_again() {
    let place = Place::new();
    let store = place.open().await;
    almost_full(&store).await;
    let mut failing = huge("a");
    failing.events.push(event("b", "{}"));
    failing.events.reverse();
    assert!(is_full(&store.append_one(failing).await.unwrap_err()));
    let append = Append::new([event("c", "{}"), event("b", "{}"), event("a", "{}")]);
    store.append_one(append.expect(stream("b"), ExpectedVersion::NoStream)).await.unwrap();
    assert_eq!(keys(&store).await, ["c", "b", "a"]);
    for key in ["a", "b", "c"] {
        assert_eq!(store.stream_version(stream(key)).await.unwrap().get(), 1);
    }
}

#[tokio::test]
async fn a_conflict_in_the_middle_of_a_group_disturbs_nobody() {
    let place = Place::new();
    let store = place.open().await;
    let hold = Hold::of(&store).await;
    let new = |key| small(key).expect(stream(key), ExpectedVersion::NoStream);
    let (first, second, third, ()) = tokio::join!(
        biased;
        store.append_one(new("a")),
        store.append_one(new("a")),
        store.append_one(new("b")),
        hold.release(),
    );
    assert_eq!(first.unwrap().position().get(), 1);
    assert!(matches!(second, Err(AppendError::Conflict(_))));
    assert_eq!(third.unwrap().position().get(), 2);
}
