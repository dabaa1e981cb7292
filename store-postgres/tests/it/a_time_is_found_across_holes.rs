//! Where the log was at some time, is found with pages of one event, most of whose ranges may have none.

use crate::{
    log::{append_in, event, positions, small},
    place::Place,
};
use factum_core::{Append, EventAppender, store::EventReaderExt};
use std::time::Duration;

#[tokio::test]
async fn however_many_positions_nobody_has() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut written = Vec::new();
    for holes in [0, 1, 700, 0, 3, 40] {
        if holes > 0 {
            let mut aborted = store.pool().begin().await.unwrap();
            append_in(&store, &mut aborted, Append::new((0..holes).map(|_| event("aborted")))).await;
            aborted.rollback().await.unwrap();
        }
        let receipt = store.append_one(small("a")).await.unwrap();
        written.push((receipt.position().get(), receipt.recorded_at));
    }
    assert!(written.iter().map(|(position, _)| *position).eq(positions(&store).await));
    assert!(written.is_sorted_by(|a, b| a.1 < b.1), "one append follows the other");
    let mut before = 0;
    for (position, recorded_at) in written {
        assert_eq!(store.position_at(recorded_at).await.unwrap().get(), before);
        before = position;
        let then = recorded_at + Duration::from_micros(1);
        assert_eq!(store.position_at(then).await.unwrap().get(), position);
    }
}

/// What is under way is behind the end of the log, whenever it began.
#[tokio::test]
async fn and_what_may_still_appear_comes_after_it() {
    let place = Place::new().await;
    let store = place.open().await;
    let before = store.append_one(small("a")).await.unwrap();
    let mut late = store.pool().begin().await.unwrap();
    let position = append_in(&store, &mut late, small("late")).await;
    let beside = store.append_one(small("b")).await.unwrap();
    let found = store.position_at(beside.recorded_at).await.unwrap();
    assert_eq!(found, before.position());
    late.commit().await.unwrap();
    assert_eq!(positions(&store).await, [found.get(), position, beside.position().get()]);
}
