//! Two transactions that are open at the same time, and write events with the same id.

use crate::{
    log::{append_in, event, positions, small},
    place::Place,
};
use factum_core::{Append, AppendError, EventAppender, EventId};
use uuid::Uuid;

/// An id that others can know too, because it is derived from something.
fn derived(from: &str) -> EventId {
    EventId(Uuid::new_v5(&Uuid::NAMESPACE_URL, from.as_bytes()))
}

fn with_id(key: &str, id: EventId) -> Append {
    Append::new([event(key).with_id(id)])
}

#[tokio::test]
async fn by_a_caller_and_by_a_store() {
    let place = Place::new().await;
    let (store, other) = (place.open().await, place.open().await);
    for commits in [true, false] {
        let id = derived(if commits { "committed" } else { "aborted" });
        let mut first = store.pool().begin().await.unwrap();
        append_in(&store, &mut first, with_id("a", id)).await;
        let seconds: Vec<_> = [("b", &store), ("c", &other)]
            .into_iter()
            .map(|(key, store)| {
                let (store, append) = (store.clone(), with_id(key, id));
                tokio::spawn(async move { store.append_one(append).await })
            })
            .collect();
        place.waits(2).await;
        if commits {
            first.commit().await.unwrap();
        } else {
            first.rollback().await.unwrap();
        }
        let mut written = usize::from(commits);
        for second in seconds {
            match second.await.unwrap() {
                Ok(_) => written += 1,
                Err(AppendError::DuplicateEvent(twice)) => assert_eq!(twice, id),
                outcome => panic!("{outcome:?}"),
            }
        }
        assert_eq!(written, 1);
    }
    assert_eq!(positions(&store).await.len(), 2);
}

/// An append that was sent twice, as after an unknown outcome, goes to the same stream both times. The ids of version 7 that
/// events have by themselves are not locked, and need not be: the version of the stream decides.
#[tokio::test]
async fn by_an_append_and_its_repetition() {
    let place = Place::new().await;
    let (store, other) = (place.open().await, place.open().await);
    store.append_one(small("a")).await.unwrap();
    let append = small("a");
    let id = append.events[0].id;
    let mut first = store.pool().begin().await.unwrap();
    append_in(&store, &mut first, append.clone()).await;
    let second = tokio::spawn({
        let (other, append) = (other.clone(), append.clone());
        async move { other.append_one(append).await }
    });
    place.waits(1).await;
    first.commit().await.unwrap();
    for outcome in [second.await.unwrap(), store.append_one(append).await] {
        assert!(matches!(outcome, Err(AppendError::DuplicateEvent(twice)) if twice == id), "{outcome:?}");
    }
    assert_eq!(positions(&store).await.len(), 2);
}

#[tokio::test]
async fn by_two_callers() {
    let place = Place::new().await;
    let store = place.open().await;
    let id = EventId::random();
    let mut first = store.pool().begin().await.unwrap();
    append_in(&store, &mut first, with_id("a", id)).await;
    let second = tokio::spawn({
        let store = store.clone();
        async move {
            let mut second = store.pool().begin().await.unwrap();
            let outcome = store.append_in(&mut second, with_id("b", id)).await;
            append_in(&store, &mut second, small("c")).await;
            second.commit().await.unwrap();
            outcome
        }
    });
    place.waits(1).await;
    first.commit().await.unwrap();
    let outcome = second.await.unwrap();
    assert!(matches!(outcome, Err(AppendError::DuplicateEvent(twice)) if twice == id), "{outcome:?}");
    assert_eq!(positions(&store).await.len(), 2);
}
