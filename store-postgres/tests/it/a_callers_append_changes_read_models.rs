//! `append_in` with a read model: it changes in the transaction of the caller.

use crate::{
    conformance::Pooled,
    log::{actual, append_in, positions, small, stream},
    place::Place,
    read_model::{documents, expected, places, reached, unrelated},
};
use factum_core::{Append, EventAppender, ExpectedVersion};
use factum_store_postgres::PgStore;
use factum_testkit::conformance::Fixture;

async fn with_it(store: PgStore) {
    let _places = places(&store).await;
    let mut transaction = store.pool().begin().await.unwrap();
    append_in(&store, &mut transaction, small("a")).await;
    // Nobody else sees it before it is committed.
    assert_eq!((reached(&store).await, documents(&store).await.len()), (0, 0));
    append_in(&store, &mut transaction, Append::new([unrelated("a")])).await;
    append_in(&store, &mut transaction, small("a")).await;
    let late = small("a").expect(stream("a"), ExpectedVersion::NoStream);
    assert_eq!(actual(store.append_in(&mut transaction, late).await).get(), 3);
    append_in(&store, &mut transaction, small("b")).await;
    transaction.commit().await.unwrap();
    assert_eq!(reached(&store).await, 4);
    assert_eq!(documents(&store).await, expected(&store).await);
    let last = store.append_one(small("a")).await.unwrap().position().get();
    assert_eq!(reached(&store).await, last);
}

#[tokio::test]
async fn when_it_is_committed() {
    let place = Place::new().await;
    with_it(place.open().await).await;
}

#[tokio::test]
async fn when_it_is_committed_behind_a_pooler() {
    let place = Pooled::make().await;
    with_it(place.open().await).await;
}

#[tokio::test]
async fn and_not_when_it_is_rolled_back() {
    let place = Place::new().await;
    let store = place.open().await;
    let _places = places(&store).await;
    store.append_one(small("a")).await.unwrap();
    let before = (reached(&store).await, documents(&store).await);
    let mut transaction = store.pool().begin().await.unwrap();
    append_in(&store, &mut transaction, small("a")).await;
    append_in(&store, &mut transaction, small("b")).await;
    transaction.rollback().await.unwrap();
    assert_eq!((reached(&store).await, documents(&store).await), before);
    assert_eq!(positions(&store).await, [1]);
    let last = store.append_one(small("a")).await.unwrap().position().get();
    assert_eq!((last, reached(&store).await), (4, 4));
}

/// Whoever has waited for it sees what it has done.
#[tokio::test]
async fn before_whoever_waits_for_it() {
    let place = Place::new().await;
    let (store, other) = (place.open().await, place.open().await);
    let _attached = (places(&store).await, places(&other).await);
    let mut first = other.pool().begin().await.unwrap();
    append_in(&other, &mut first, small("a")).await;
    let second = tokio::spawn({
        let store = store.clone();
        async move { store.append_one(small("a")).await.unwrap().position().get() }
    });
    place.waits(1).await;
    first.commit().await.unwrap();
    assert_eq!(second.await.unwrap(), 2);
    assert_eq!((reached(&store).await, documents(&store).await["a"].clone()), (2, vec![1, 2]));
}

/// The settings of its transaction are the caller's.
#[tokio::test]
async fn and_nothing_else_of_its_transaction() {
    let place = Place::new().await;
    let store = place.open().await;
    let _places = places(&store).await;
    let settings =
        "SELECT current_setting('lock_timeout') || current_setting('idle_in_transaction_session_timeout')";
    let mut transaction = store.pool().begin().await.unwrap();
    let read = async |transaction: &mut factum_store_postgres::sqlx::PgConnection| -> String {
        factum_store_postgres::sqlx::query_scalar(settings).fetch_one(transaction).await.unwrap()
    };
    let before = read(&mut transaction).await;
    append_in(&store, &mut transaction, small("a")).await;
    assert_eq!(read(&mut transaction).await, before);
    transaction.commit().await.unwrap();
}
