//! The transaction belongs to everybody in the group. Work that ended it would decide over its neighbours: `ROLLBACK;
//! BEGIN` would take an append back that is acknowledged afterwards.

use crate::place::{Hold, Owner, Place, keys, run, small, work};
use factum_core::{
    EventAppender, ExpectedVersion,
    sink::{CommitError, Sink},
};
use factum_store_sqlite::SqliteWork;

const FORBIDDEN: [&str; 7] = [
    "COMMIT",
    "END",
    "ROLLBACK",
    "ROLLBACK; BEGIN",
    "COMMIT; BEGIN IMMEDIATE",
    "RELEASE factum_work",
    "ROLLBACK TO factum_work",
];

#[tokio::test]
async fn it_is_refused_and_its_neighbours_are_written() {
    for sql in FORBIDDEN {
        let place = Place::new();
        let store = place.open().await;
        run(&store, "CREATE TABLE done (it TEXT)").await;
        let owner = Owner::of(&store, "balances").await;
        let hold = Hold::of(&store).await;
        let stops = SqliteWork::new(move |connection| {
            connection.execute_batch("INSERT INTO done VALUES ('x')")?;
            connection.execute_batch(sql)?;
            Ok(connection.execute_batch("INSERT INTO done VALUES ('y')")?)
        });
        let new = |key| small(key).expect(crate::place::stream(key), ExpectedVersion::NoStream);
        let (before, stopped, after, ()) = tokio::join!(
            biased;
            store.append_one(new("before")),
            store.commit(stops, owner.to(7)),
            store.append_one(new("after")),
            hold.release(),
        );
        assert!(matches!(stopped, Err(CommitError::Work(_))), "{sql}: {stopped:?}");
        assert_eq!((before.unwrap().position().get(), after.unwrap().position().get()), (1, 2), "{sql}");
        assert_eq!(keys(&store).await, ["before", "after"], "{sql}");
        let rows: i64 = place.sql().query_row("SELECT count(*) FROM done", [], |row| row.get(0)).unwrap();
        assert_eq!((rows, owner.position(&store).await), (0, 0), "{sql}");
    }
}

/// Nor by a statement that the store itself has prepared before, and that is still in the connection's cache.
#[tokio::test]
async fn not_by_a_cached_statement_either() {
    let place = Place::new();
    let store = place.open().await;
    store.append_one(small("a")).await.unwrap();
    for sql in FORBIDDEN
        .into_iter()
        .filter(|sql| !sql.contains(';'))
        .chain(["BEGIN IMMEDIATE", "SAVEPOINT factum_work"])
    {
        let ended = work(&store, move |connection| {
            connection.prepare_cached(sql)?.execute([])?;
            Ok(())
        });
        let ended = ended.await;
        assert!(matches!(ended, Err(CommitError::Work(_))), "{sql}: {ended:?}");
    }
    store.append_one(small("b")).await.unwrap();
    assert_eq!(keys(&store).await, ["a", "b"]);
}

/// Savepoints of its own end nothing, and are how work can try something.
#[tokio::test]
async fn it_may_have_savepoints_of_its_own() {
    let place = Place::new();
    let store = place.open().await;
    run(&store, "CREATE TABLE done (it TEXT)").await;
    let sql = "SAVEPOINT mine; INSERT INTO done VALUES ('x'); ROLLBACK TO mine; INSERT INTO done VALUES ('y'); RELEASE mine";
    run(&store, sql).await;
    let kept: String = place.sql().query_row("SELECT it FROM done", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, "y");
}
