//! How the log and its streams end is remembered from one transaction to the next, as long as nobody else can have
//! written.

use crate::place::{Hold, Place, event, keys, run, small, stream};
use factum_core::{
    Append, AppendError, Conflict, EventAppender, EventId, ExpectedVersion, Receipt, StreamVersion,
};
use uuid::Uuid;

fn id(n: u128) -> EventId {
    EventId(Uuid::from_u128(n))
}

fn with_ids<const N: usize>(ids: [u128; N]) -> Append {
    Append::new(ids.map(|n| event("a", "{}").with_id(id(n))))
}

fn duplicate(outcome: &Result<Receipt, AppendError>) -> Option<EventId> {
    match outcome {
        Err(AppendError::DuplicateEvent(id)) => Some(*id),
        _ => None,
    }
}

#[tokio::test]
async fn by_another_connection() {
    let place = Place::new();
    let (mine, other) = (place.open().await, place.open().await);
    mine.append_one(small("a").expect(stream("a"), ExpectedVersion::NoStream)).await.unwrap();
    other.append_one(with_ids([1 << 120])).await.unwrap();

    let stale = small("a").expect(stream("a"), ExpectedVersion::Exact(StreamVersion::new(1)));
    let AppendError::Conflict(conflict) = mine.append_one(stale).await.unwrap_err() else { panic!() };
    assert!(matches!(conflict, Conflict::Version { actual, .. } if actual.get() == 2), "{conflict:?}");
    assert_eq!(duplicate(&mine.append_one(with_ids([1 << 120])).await), Some(id(1 << 120)));
    assert_eq!(mine.append_one(small("a")).await.unwrap().position().get(), 3);
}

/// SQL of a read model is an application's own, and may well import events.
#[tokio::test]
async fn by_sql_inside_a_group() {
    let place = Place::new();
    let store = place.open().await;
    store.append_one(small("a")).await.unwrap();
    run(
        &store,
        "INSERT INTO factum_events SELECT 2, stream, 2, type, zeroblob(16), 0, NULL, NULL, NULL, 'x' FROM factum_events",
    )
    .await;
    let receipt = store.append_one(small("a")).await.unwrap();
    assert_eq!((receipt.position().get(), receipt.version_of(&stream("a")).unwrap().get()), (3, 3));
    assert_eq!(duplicate(&store.append_one(with_ids([0])).await), Some(id(0)));
}

/// An id above all others needs no look-up. Any other does.
#[tokio::test]
async fn whatever_the_order_of_the_ids() {
    let place = Place::new();
    let store = place.open().await;
    let hold = Hold::of(&store).await;
    let (first, between, again, twice, late_twice, falling, ()) = tokio::join!(
        biased;
        store.append_one(with_ids([10, 20])),
        store.append_one(with_ids([15])),
        store.append_one(with_ids([15])),
        store.append_one(with_ids([30, 30])),
        store.append_one(with_ids([40, 50, 40])),
        store.append_one(with_ids([70, 60, 5])),
        hold.release(),
    );
    first.unwrap();
    between.unwrap();
    assert_eq!(duplicate(&again), Some(id(15)));
    assert_eq!(duplicate(&twice), Some(id(30)));
    assert_eq!(duplicate(&late_twice), Some(id(40)));
    falling.unwrap();
    assert_eq!(duplicate(&store.append_one(with_ids([80, 5])).await), Some(id(5)));
    assert_eq!(duplicate(&store.append_one(with_ids([70])).await), Some(id(70)));
    store.append_one(with_ids([80])).await.unwrap();
    assert_eq!(keys(&store).await.len(), 7);
}
