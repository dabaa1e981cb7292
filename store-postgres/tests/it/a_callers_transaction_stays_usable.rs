//! Whatever `append_in` answers, the transaction that it was given can go on.

use crate::{
    log::{actual, append_in, history, matched, positions, small, stream, tag, tagged},
    place::Place,
};
use factum_core::{
    Append, AppendCondition, AppendError, Causes, EventAppender, ExpectedVersion, Position, Query, QueryItem,
};
use factum_store_postgres::sqlx::{self, Executor as _};

fn if_nothing_has(name: &str) -> AppendCondition {
    AppendCondition::new(Query::from(QueryItem::tags([tag(name)])), Position::START)
}

#[tokio::test]
async fn after_a_conflict() {
    let place = Place::new().await;
    let store = place.open().await;
    store.append_one(tagged("a", "taken")).await.unwrap();
    let mut transaction = store.pool().begin().await.unwrap();
    transaction.execute("CREATE TABLE IF NOT EXISTS pg_temp.beside (n int)").await.unwrap();
    transaction.execute("INSERT INTO beside VALUES (1)").await.unwrap();
    let late = small("a").expect(stream("a"), ExpectedVersion::NoStream);
    assert_eq!(actual(store.append_in(&mut transaction, late).await).get(), 1);
    let late = small("b").fail_if(if_nothing_has("taken"));
    assert_eq!(matched(store.append_in(&mut transaction, late).await).get(), 1);
    let counted: i64 =
        sqlx::query_scalar("SELECT count(*) FROM beside").fetch_one(&mut *transaction).await.unwrap();
    assert_eq!(counted, 1);
    assert_eq!(append_in(&store, &mut transaction, small("a")).await, 2);
    transaction.commit().await.unwrap();
    assert_eq!(history(&store, "a").await, [(1, 1), (2, 2)]);
}

/// Another commits between its check and its write, so that it has to check again.
#[tokio::test]
async fn after_a_lost_race() {
    let place = Place::new().await;
    let store = place.open().await;
    store.append_one(small("a")).await.unwrap();
    let mut first = store.pool().begin().await.unwrap();
    append_in(&store, &mut first, small("a")).await;
    let second = tokio::spawn({
        let store = store.clone();
        async move {
            let mut second = store.pool().begin().await.unwrap();
            append_in(&store, &mut second, small("b")).await;
            append_in(&store, &mut second, small("a")).await;
            second.commit().await.unwrap();
        }
    });
    place.waits(1).await;
    first.commit().await.unwrap();
    second.await.unwrap();
    assert_eq!(history(&store, "a").await.iter().map(|(version, _)| *version).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(history(&store, "b").await.len(), 1);
}

/// A transaction that goes on seeing the past is refused, whatever it wants to append.
#[tokio::test]
async fn where_its_isolation_level_is_refused() {
    let place = Place::new().await;
    let store = place.open().await;
    for level in ["REPEATABLE READ", "SERIALIZABLE"] {
        let mut transaction = store.pool().begin().await.unwrap();
        let set = format!("SET TRANSACTION ISOLATION LEVEL {level}");
        transaction.execute(sqlx::AssertSqlSafe(set)).await.unwrap();
        for append in [small("a"), tagged("a", "x"), small("a").fail_if(if_nothing_has("x"))] {
            match store.append_in(&mut transaction, append).await {
                Err(AppendError::Store(error)) => {
                    assert!(!error.is_transient(), "{error:?}");
                    assert!(Causes(&error).to_string().contains("READ COMMITTED"), "{error:?}");
                }
                outcome => panic!("{outcome:?}"),
            }
            transaction.execute("SELECT 1").await.unwrap();
        }
        transaction.commit().await.unwrap();
    }
    assert_eq!(positions(&store).await, [0; 0]);
    // Nothing was drawn.
    assert_eq!(store.append_one(small("a")).await.unwrap().position().get(), 1);
}

#[tokio::test]
async fn and_there_has_to_be_one() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut connection = store.pool().acquire().await.unwrap();
    match store.append_in(&mut connection, small("a")).await {
        Err(AppendError::Store(error)) => assert!(!error.is_transient(), "{error:?}"),
        outcome => panic!("{outcome:?}"),
    }
    connection.execute("BEGIN").await.unwrap();
    append_in(&store, &mut connection, small("a")).await;
    connection.execute("COMMIT").await.unwrap();
    assert_eq!(positions(&store).await.len(), 1);
}

/// No events, nothing to do, for a store as for a caller.
#[tokio::test]
async fn without_events_too() {
    let place = Place::new().await;
    let store = place.open().await;
    let nothing = || Append::new([]).expect(stream("a"), ExpectedVersion::StreamExists);
    assert!(store.append_one(nothing()).await.unwrap().is_empty());
    assert!(store.append(vec![nothing(), nothing()]).await.into_iter().all(|o| o.unwrap().is_empty()));
    let mut transaction = store.pool().begin().await.unwrap();
    assert!(store.append_in(&mut transaction, nothing()).await.unwrap().is_empty());
    assert_eq!(append_in(&store, &mut transaction, small("a")).await, 1);
    transaction.commit().await.unwrap();
    assert_eq!(history(&store, "a").await, [(1, 1)]);
}

/// Several of its appends, also to the stream that it has just made, see each other.
#[tokio::test]
async fn and_sees_what_it_has_appended() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut transaction = store.pool().begin().await.unwrap();
    append_in(&store, &mut transaction, tagged("a", "mine")).await;
    let again = small("a").expect(stream("a"), ExpectedVersion::NoStream);
    assert_eq!(actual(store.append_in(&mut transaction, again).await).get(), 1);
    let again = small("b").fail_if(if_nothing_has("mine"));
    assert_eq!(matched(store.append_in(&mut transaction, again).await).get(), 1);
    append_in(&store, &mut transaction, small("a")).await;
    transaction.rollback().await.unwrap();
    assert_eq!(history(&store, "a").await, [(0, 0); 0]);
    store.append_one(small("a").expect(stream("a"), ExpectedVersion::NoStream)).await.unwrap();
}

/// A commit that is seen before it is on disk could be lost after readers have gone past it.
#[tokio::test]
async fn and_becomes_durable() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut transaction = store.pool().begin().await.unwrap();
    let setting = "SELECT current_setting('synchronous_commit')";
    for (before, after) in
        [("SET LOCAL synchronous_commit = off", "local"), ("SET LOCAL synchronous_commit = on", "on")]
    {
        transaction.execute(before).await.unwrap();
        append_in(&store, &mut transaction, small("a")).await;
        let found: String = sqlx::query_scalar(setting).fetch_one(&mut *transaction).await.unwrap();
        assert_eq!(found, after);
    }
    transaction.commit().await.unwrap();
}
