//! A position below one that can be seen already, whose transaction is still open, and commits.

use crate::{
    log::{Subscriber, append_in, event, history, log, positions, small, stream},
    place::Place,
};
use factum_core::{Append, EventAppender, EventReader, ExpectedVersion, StreamVersion};
use factum_store_postgres::sqlx;

#[tokio::test]
async fn by_readers_of_both_processes() {
    let place = Place::new().await;
    let (one, other) = (place.open().await, place.open().await);
    let mut subscribers = [Subscriber::of(&one), Subscriber::of(&other)];
    let mut late = one.pool().begin().await.unwrap();
    assert_eq!(append_in(&one, &mut late, small("a")).await, 1);
    assert_eq!(other.append_one(small("b")).await.unwrap().position().get(), 2);
    assert_eq!(one.append_one(small("c")).await.unwrap().position().get(), 3);
    for store in [&one, &other] {
        assert_eq!(positions(store).await, [0; 0]);
        assert_eq!(store.head().await.unwrap().get(), 0);
    }
    late.commit().await.unwrap();
    for (store, subscriber) in [&one, &other].into_iter().zip(&mut subscribers) {
        assert_eq!(positions(store).await, [1, 2, 3]);
        subscriber.sees(&[1, 2, 3]).await;
    }
}

#[tokio::test]
async fn leading_interior_and_trailing() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut subscriber = Subscriber::of(&store);
    let mut holes = Vec::new();
    // Holes are 1, 3 and 4, 6; a transaction for each.
    for (position, is_hole) in [(1, true), (2, false), (3, true), (4, true), (5, false), (6, true)] {
        let append = small(&position.to_string());
        if position == 6 {
            // Whoever has drawn before the owners of a hole are listed is taken for one of them, and this one is not to be.
            assert_eq!(positions(&store).await, [0; 0]);
        }
        if is_hole {
            let mut transaction = store.pool().begin().await.unwrap();
            assert_eq!(append_in(&store, &mut transaction, append).await, position);
            holes.push(transaction);
        } else {
            assert_eq!(store.append_one(append).await.unwrap().position().get(), position);
        }
    }
    assert_eq!(positions(&store).await, [0; 0]);
    let [first, third, fourth, last] = <[_; 4]>::try_from(holes).unwrap();
    // Not in their order, and one for good.
    fourth.commit().await.unwrap();
    assert_eq!(positions(&store).await, [0; 0]);
    first.commit().await.unwrap();
    assert_eq!(positions(&store).await, [1, 2]);
    third.rollback().await.unwrap();
    // Nothing can be seen above the last one, so nobody waits for it.
    assert_eq!(positions(&store).await, [1, 2, 4, 5]);
    subscriber.sees(&[1, 2, 4, 5]).await;
    assert_eq!((store.head().await.unwrap().get(), store.health().hole), (5, None));
    last.commit().await.unwrap();
    assert_eq!(positions(&store).await, [1, 2, 4, 5, 6]);
    subscriber.sees(&[1, 2, 4, 5, 6]).await;
}

/// As many as one look at the log can hold, and one more.
#[tokio::test]
async fn however_much_has_been_appended_above_it() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut late = store.pool().begin().await.unwrap();
    append_in(&store, &mut late, small("late")).await;
    let page = || Append::new((0..1_000).map(|_| event("a")));
    for outcome in store.append((0..10).map(|_| page()).collect()).await {
        outcome.unwrap();
    }
    store.append_one(small("b")).await.unwrap();
    assert_eq!(positions(&store).await, [0; 0]);
    assert_eq!(store.head().await.unwrap().get(), 0);
    late.commit().await.unwrap();
    assert_eq!(positions(&store).await, (1..=10_002).collect::<Vec<_>>());
    assert_eq!(store.head().await.unwrap().get(), 10_002);
}

/// It has begun, and has even got a number of its own, long before those that it writes after.
#[tokio::test]
async fn when_an_old_transaction_appends_late() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut subscriber = Subscriber::of(&store);
    let mut old = store.pool().begin().await.unwrap();
    sqlx::query("SELECT pg_current_xact_id()").execute(&mut *old).await.unwrap();
    for key in ["a", "b", "a"] {
        store.append_one(small(key)).await.unwrap();
    }
    subscriber.sees(&[1, 2, 3]).await;
    let append = small("a").expect(stream("a"), ExpectedVersion::Exact(StreamVersion::new(2)));
    assert_eq!(append_in(&store, &mut old, append).await, 4);
    store.append_one(small("b")).await.unwrap();
    assert_eq!(positions(&store).await, [1, 2, 3]);
    old.commit().await.unwrap();
    subscriber.sees(&[1, 2, 3, 4, 5]).await;
    store.append_one(small("a")).await.unwrap();
    assert_eq!(history(&store, "a").await, [(1, 1), (2, 3), (3, 4), (4, 6)]);
    let in_log = log(&store).await;
    let in_log: Vec<_> = in_log.iter().filter(|event| event.stream == stream("a")).collect();
    assert!(in_log.windows(2).all(|pair| pair[0].version.next() == pair[1].version), "{in_log:?}");
    subscriber.sees(&[1, 2, 3, 4, 5, 6]).await;
}

/// Several positions of one transaction, between those of others.
#[tokio::test]
async fn all_of_one_transaction_together() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut subscriber = Subscriber::of(&store);
    let mut late = store.pool().begin().await.unwrap();
    for (mine, other) in [(1, 2), (3, 4), (5, 6)] {
        assert_eq!(append_in(&store, &mut late, small("late")).await, mine);
        assert_eq!(store.append_one(small("a")).await.unwrap().position().get(), other);
        assert_eq!(positions(&store).await, [0; 0]);
    }
    assert_eq!(subscriber.seen(), [0; 0]);
    late.commit().await.unwrap();
    subscriber.sees(&[1, 2, 3, 4, 5, 6]).await;
    assert_eq!(history(&store, "late").await, [(1, 1), (2, 3), (3, 5)]);
}
