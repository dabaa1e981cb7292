//! An append that waits for somebody else's transaction, and those beside it.

use crate::{
    log::{append_in, event, positions, small, stream, version},
    place::Place,
};
use factum_core::{Append, AppendError, Causes, EventAppender, EventType, NewEvent};
use factum_store_postgres::PgStore;
use std::{num::NonZeroUsize, time::Duration};

/// A store with one writer, behind which all appends queue.
async fn narrow(place: &Place, timeout: Duration) -> PgStore {
    place.config().writers(NonZeroUsize::MIN).lock_timeout(timeout).open().await.unwrap()
}

#[tokio::test]
async fn in_one_call_and_in_others() {
    let place = Place::new().await;
    let store = narrow(&place, Duration::from_secs(60)).await;
    store.append_one(small("held")).await.unwrap();
    let mut late = store.pool().begin().await.unwrap();
    append_in(&store, &mut late, small("held")).await;
    // Two that wait, between others which have come at the same time.
    let keys = ["a", "held", "b", "held", "c"];
    let appends: Vec<_> = keys
        .iter()
        .map(|key| {
            let (store, append) = (store.clone(), small(key));
            tokio::spawn(async move { store.append_one(append).await.unwrap() })
        })
        .collect();
    let (mut waiting, mut others) = (Vec::new(), Vec::new());
    for (append, key) in appends.into_iter().zip(keys) {
        if key == "held" { waiting.push(append) } else { others.push(append) }
    }
    for other in others {
        other.await.unwrap();
    }
    store.append_one(small("d")).await.unwrap();
    assert!(waiting.iter().all(|append| !append.is_finished()));
    late.commit().await.unwrap();
    for append in waiting {
        append.await.unwrap();
    }
    assert_eq!(version(&store, "held").await, 4);
}

#[tokio::test]
async fn and_gives_up_with_an_error_that_names_the_stream() {
    let place = Place::new().await;
    let store = narrow(&place, Duration::from_millis(50)).await;
    store.append_one(small("held")).await.unwrap();
    let mut late = store.pool().begin().await.unwrap();
    append_in(&store, &mut late, small("held")).await;
    match store.append_one(small("held")).await {
        Err(AppendError::Store(error)) => {
            assert!(error.is_transient(), "{error:?}");
            assert_eq!(error.to_string(), "appending to stream account-held failed");
            assert!(Causes(&error).to_string().contains("lock timeout"), "{error:?}");
        }
        outcome => panic!("{outcome:?}"),
    }
    late.commit().await.unwrap();
    store.append_one(small("held")).await.unwrap();
    assert_eq!(version(&store, "held").await, 3);
}

/// The whole group fails, and is then tried one by one.
#[tokio::test]
async fn nor_does_one_that_the_database_refuses() {
    let place = Place::new().await;
    let store = narrow(&place, Duration::from_secs(60)).await;
    // Nothing that this crate lets through is refused by its own tables, so somebody has added a rule.
    let sql = place.sql().await;
    sql.batch_execute("ALTER TABLE events ADD CHECK (payload <> 'bad')").await.unwrap();
    let bad = || Append::new([NewEvent::new(stream("a"), EventType::from_static("Noted"), "bad")]);
    let hold = place.sql().await;
    // All that are sent meanwhile become one group.
    hold.batch_execute("BEGIN; LOCK TABLE streams").await.unwrap();
    let first = tokio::spawn({
        let store = store.clone();
        async move { store.append_one(small("first")).await }
    });
    place.waits(1).await;
    let mut appends = Vec::new();
    for (n, append) in [small("b"), bad(), small("c"), bad(), small("d")].into_iter().enumerate() {
        let store = store.clone();
        appends.push((n, tokio::spawn(async move { store.append_one(append).await })));
    }
    hold.batch_execute("COMMIT").await.unwrap();
    first.await.unwrap().unwrap();
    for (n, append) in appends {
        match (n % 2, append.await.unwrap()) {
            (0, outcome) => drop(outcome.unwrap()),
            (_, Err(AppendError::Store(error))) => assert!(!error.is_transient(), "{error:?}"),
            (_, outcome) => panic!("{outcome:?}"),
        }
    }
    // And in the same call.
    let outcomes = store.append(vec![small("e"), bad(), small("e")]).await;
    assert_eq!(outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(version(&store, "a").await, 0);
    assert_eq!(positions(&store).await.len(), 6);
}

/// Those of one call keep their order, also where the first of them has to wait.
#[tokio::test]
async fn nor_is_it_overtaken_by_what_follows_in_the_same_call() {
    let place = Place::new().await;
    let store = narrow(&place, Duration::from_secs(60)).await;
    store.append_one(small("held")).await.unwrap();
    let mut late = store.pool().begin().await.unwrap();
    append_in(&store, &mut late, small("held")).await;
    let call = tokio::spawn({
        let store = store.clone();
        async move { store.append(vec![small("held"), small("a"), Append::new([event("held")])]).await }
    });
    place.waits(1).await;
    store.append_one(small("b")).await.unwrap();
    late.commit().await.unwrap();
    let places: Vec<_> = call.await.unwrap().into_iter().map(|outcome| outcome.unwrap().position()).collect();
    assert!(places.is_sorted(), "{places:?}");
}
