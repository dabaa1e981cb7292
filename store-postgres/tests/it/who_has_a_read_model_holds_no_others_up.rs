//! Somebody has the checkpoint of a read model for long: appends that concern it wait, and those beside them do not.

use crate::{
    log::{append_in, small},
    place::{Place, until},
    read_model::{collection, documents, expected, key, places, reached, unrelated},
};
use factum_core::{Append, AppendError, EventAppender, sink::DocumentSink as _};
use std::{num::NonZeroUsize, time::Duration};
use tokio::time::{Instant, timeout};

/// Behind one writer, however many wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_append_at_the_same_time() {
    let place = Place::new().await;
    let other = place.open().await;
    let store =
        place.config().writers(NonZeroUsize::MIN).lock_timeout(Duration::from_secs(60)).open().await.unwrap();
    let _attached = (places(&store).await, places(&other).await);
    let mut late = other.pool().begin().await.unwrap();
    append_in(&other, &mut late, small("late")).await;
    let begun = Instant::now();
    let (mut waiting, mut others) = (Vec::new(), Vec::new());
    for n in 0..200 {
        let store = store.clone();
        let append = match n % 2 {
            0 => small(&n.to_string()),
            _ => Append::new([unrelated(&n.to_string())]),
        };
        let task = tokio::spawn(async move { store.append_one(append).await.unwrap() });
        if n % 2 == 0 { waiting.push(task) } else { others.push(task) }
    }
    let call = tokio::spawn({
        let store = store.clone();
        async move {
            let appends = vec![Append::new([unrelated("x")]), small("y"), Append::new([unrelated("z")])];
            store.append(appends).await
        }
    });
    timeout(Duration::from_secs(60), async {
        for other in others {
            other.await.unwrap();
        }
    })
    .await
    .expect("they are not held up");
    // Those that wait do so together: one after the other, they would take ten seconds.
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert!(waiting.iter().all(|task| !task.is_finished()));
    late.commit().await.unwrap();
    for task in waiting {
        task.await.unwrap();
    }
    let places: Vec<_> = call.await.unwrap().into_iter().map(|outcome| outcome.unwrap().position()).collect();
    assert!(places.is_sorted(), "{places:?}");
    let at = reached(&store).await;
    let mut applied = expected(&store).await;
    applied.values_mut().for_each(|places| places.retain(|place| *place <= at));
    applied.retain(|_, places| !places.is_empty());
    assert_eq!(documents(&store).await, applied);
}

/// It gives up after the time that is set for locks.
#[tokio::test]
async fn and_for_no_longer_than_is_set() {
    let place = Place::new().await;
    let store = place.config().lock_timeout(Duration::from_millis(50)).open().await.unwrap();
    let _places = places(&store).await;
    let mut late = store.pool().begin().await.unwrap();
    append_in(&store, &mut late, small("late")).await;
    match timeout(Duration::from_secs(60), store.append_one(small("a"))).await.expect("it gives up") {
        Err(AppendError::Store(error)) => assert!(error.is_transient(), "{error:?}"),
        outcome => panic!("{outcome:?}"),
    }
    late.commit().await.unwrap();
    store.append_one(small("a")).await.unwrap();
}

/// Callers have all connections of their pool.
#[tokio::test]
async fn nor_whoever_has_the_connections_of_callers() {
    let place = Place::new().await;
    let store = place.config().readers(NonZeroUsize::new(2).unwrap()).open().await.unwrap();
    let _places = places(&store).await;
    let _held = (store.pool().begin().await.unwrap(), store.pool().begin().await.unwrap());
    let appended = timeout(Duration::from_secs(20), store.append_one(small("a"))).await;
    let last = appended.expect("it has a connection of its own").unwrap().position().get();
    assert_eq!(reached(&store).await, last);
}

/// Connections that have died meanwhile are replaced.
#[tokio::test]
async fn nor_a_connection_that_has_died() {
    let place = Place::new().await;
    let store = place.open().await;
    let _places = places(&store).await;
    store.append_one(small("a")).await.unwrap();
    let sql = place.sql().await;
    let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE application_name = $1 AND query LIKE 'COMMIT%'";
    until("the connection to be found", async || {
        sql.query_one(kill, &[&place.schema()]).await.unwrap().get::<_, i64>(0) > 0
    })
    .await;
    let left = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND query LIKE 'COMMIT%'";
    until("the connection to end", async || {
        sql.query_one(left, &[&place.schema()]).await.unwrap().get::<_, i64>(0) == 0
    })
    .await;
    let last = store.append_one(small("a")).await.unwrap().position().get();
    assert_eq!(reached(&store).await, last);
}

/// Another generation has been activated, and the former one removed, while the append waited for the lock.
#[tokio::test]
async fn who_activates_another_generation() {
    let place = Place::new().await;
    let store = place.open().await;
    let _places = places(&store).await;
    store.append_one(small("a")).await.unwrap();
    store.prepare(&collection().in_generation(1)).await.unwrap();
    let consumer = key(&store).consumer.to_string();
    let hold = place.sql().await;
    let lock = format!("BEGIN; SELECT FROM checkpoints WHERE consumer = '{consumer}' FOR NO KEY UPDATE");
    hold.batch_execute(&lock).await.unwrap();
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { store.append_one(small("a")).await }
    });
    place.waits(1).await;
    let activate = format!(
        "INSERT INTO generations (consumer, active) VALUES ('{consumer}', 1); DROP TABLE view_places_v1; COMMIT"
    );
    hold.batch_execute(&activate).await.unwrap();
    waiting.await.unwrap().unwrap();
    assert_eq!(reached(&store).await, 1);
}
