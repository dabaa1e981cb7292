//! Two processes write to one stream at the same time.

use crate::{
    log::{actual, append_in, history, positions, small, stream, version},
    place::Place,
};
use factum_core::{Append, AppendError, EventAppender, ExpectedVersion, Receipt, StreamVersion};
use factum_store_postgres::PgStore;
use tokio::task::JoinHandle;

fn at(key: &str, version: u64) -> Append {
    small(key).expect(stream(key), ExpectedVersion::Exact(StreamVersion::new(version)))
}

fn spawn(store: &PgStore, append: Append) -> JoinHandle<Result<Receipt, AppendError>> {
    let store = store.clone();
    tokio::spawn(async move { store.append_one(append).await })
}

#[tokio::test]
async fn for_who_comes_second_if_the_first_commits() {
    let place = Place::new().await;
    let (store, other) = (place.open().await, place.open().await);
    store.append_one(small("a")).await.unwrap();
    let mut first = other.pool().begin().await.unwrap();
    append_in(&other, &mut first, at("a", 1)).await;
    let second = spawn(&store, at("a", 1));
    let third = spawn(&store, small("a"));
    // Both have been put aside, one by the other, and nobody else waits for them.
    place.waits(1).await;
    for key in ["b", "c", "d", "e"] {
        store.append_one(small(key)).await.unwrap();
    }
    assert!(!second.is_finished() && !third.is_finished());
    first.commit().await.unwrap();
    let found = actual(second.await.unwrap()).get();
    // Whichever of the two was tried first.
    assert!(found == 2 || found == 3, "{found}");
    assert_eq!(third.await.unwrap().unwrap().version_of(&stream("a")), Some(StreamVersion::new(3)));
    assert_eq!(version(&store, "a").await, 3);
}

#[tokio::test]
async fn and_is_none_if_the_first_is_rolled_back() {
    let place = Place::new().await;
    let (store, other) = (place.open().await, place.open().await);
    store.append_one(small("a")).await.unwrap();
    let mut first = other.pool().begin().await.unwrap();
    append_in(&other, &mut first, at("a", 1)).await;
    let second = spawn(&store, at("a", 1));
    place.waits(1).await;
    store.append_one(small("b")).await.unwrap();
    first.rollback().await.unwrap();
    let receipt = second.await.unwrap().unwrap();
    assert_eq!(receipt.version_of(&stream("a")), Some(StreamVersion::new(2)));
    assert_eq!(history(&store, "a").await, [(1, 1), (2, receipt.position().get())]);
}

/// The name of the stream is as new as its first event.
#[tokio::test]
async fn also_for_a_new_stream() {
    let place = Place::new().await;
    let (store, other) = (place.open().await, place.open().await);
    for commits in [false, true] {
        let key = format!("new-{commits}");
        let new = || small(&key).expect(stream(&key), ExpectedVersion::NoStream);
        let mut first = other.pool().begin().await.unwrap();
        append_in(&other, &mut first, new()).await;
        let second = spawn(&store, new());
        place.waits(1).await;
        if commits {
            first.commit().await.unwrap();
        } else {
            first.rollback().await.unwrap();
        }
        let outcome = second.await.unwrap();
        if commits {
            assert_eq!(actual(outcome).get(), 1);
        } else {
            outcome.unwrap();
        }
        assert_eq!(version(&store, &key).await, 1);
    }
}

/// What is found to be too late before anything is drawn leaves no hole.
#[tokio::test]
async fn and_burns_no_position_if_it_was_lost_before() {
    let place = Place::new().await;
    let store = place.open().await;
    store.append_one(small("a")).await.unwrap();
    for _ in 0..5 {
        assert_eq!(actual(store.append_one(at("a", 7)).await).get(), 1);
        let outcomes = store.append(vec![at("b", 3), at("a", 0)]).await;
        assert_eq!(outcomes.into_iter().map(|outcome| actual(outcome).get()).collect::<Vec<_>>(), [0, 1]);
        let mut transaction = store.pool().begin().await.unwrap();
        assert_eq!(actual(store.append_in(&mut transaction, at("a", 7)).await).get(), 1);
        transaction.commit().await.unwrap();
    }
    assert_eq!(store.append_one(small("b")).await.unwrap().position().get(), 2);
    assert_eq!(positions(&store).await, [1, 2]);
}

/// Many who want the same version, in two processes.
#[tokio::test]
async fn for_all_but_one_of_many() {
    let place = Place::new().await;
    let (store, other) = (place.open().await, place.open().await);
    let mut hold = other.pool().begin().await.unwrap();
    append_in(&other, &mut hold, small("a")).await;
    let wanted: Vec<_> = (0..20).map(|n| spawn([&store, &other][n % 2], at("a", 0))).collect();
    place.waits(2).await;
    hold.rollback().await.unwrap();
    let mut written = 0;
    for outcome in wanted {
        match outcome.await.unwrap() {
            Ok(_) => written += 1,
            refused => assert_eq!(actual(refused).get(), 1),
        }
    }
    assert_eq!((written, version(&store, "a").await), (1, 1));
}
