//! Snapshots of stores that keep what they have, and of stores that are open twice.

use super::{done, load, save, snapshot};
use crate::conformance::{Fixture, steps::stream};
use factum_core::SnapshotStore;

/// And what was forgotten stays so.
pub async fn snapshots_survive(place: impl Fixture<Store: SnapshotStore>) {
    let store = place.open().await;
    save(&store, snapshot("a", 10, 1, "x")).await;
    save(&store, snapshot("a", 12, 2, "y")).await;
    save(&store, snapshot("b", 10, 1, "z")).await;
    done(store.delete_snapshots(&stream("b")).await);
    drop(store);
    let again = place.open().await;
    assert_eq!(load(&again, "a", 1).await, Some(snapshot("a", 10, 1, "x")));
    assert_eq!(load(&again, "a", 2).await, Some(snapshot("a", 12, 2, "y")));
    assert_eq!(load(&again, "b", 1).await, None);
    save(&again, snapshot("a", 9, 1, "older")).await;
    assert_eq!(load(&again, "a", 1).await, Some(snapshot("a", 10, 1, "x")));
}

/// What one has saved, the other finds.
pub async fn one_finds_what_the_other_saved(place: impl Fixture<Store: SnapshotStore>) {
    let (one, other) = (place.open().await, place.open().await);
    save(&one, snapshot("a", 10, 1, "x")).await;
    assert_eq!(load(&other, "a", 1).await, Some(snapshot("a", 10, 1, "x")));
    save(&other, snapshot("a", 5, 1, "older")).await;
    assert_eq!(load(&one, "a", 1).await, Some(snapshot("a", 10, 1, "x")));
    done(other.delete_snapshots(&stream("a")).await);
    assert_eq!(load(&one, "a", 1).await, None);
}
