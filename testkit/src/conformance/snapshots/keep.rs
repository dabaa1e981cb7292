//! At most one snapshot is kept of a stream and schema: the newest.

use super::{done, load, save, snapshot};
use crate::conformance::{
    Fixture,
    steps::{at_once, stream, stream_of},
};
use bytes::Bytes;
use factum_core::{Snapshot, SnapshotStore, StreamVersion, limits};
use std::sync::Arc;

/// One that is missing is no error.
pub async fn a_snapshot_that_was_never_saved_is_not_there(place: impl Fixture<Store: SnapshotStore>) {
    let store = place.open().await;
    assert_eq!(load(&store, "a", 1).await, None);
}

/// As it was saved.
pub async fn a_saved_snapshot_is_found(place: impl Fixture<Store: SnapshotStore>) {
    let store = place.open().await;
    save(&store, snapshot("a", 10, 1, "ten")).await;
    assert_eq!(load(&store, "a", 1).await, Some(snapshot("a", 10, 1, "ten")));
}

/// In place of an older one.
pub async fn a_newer_snapshot_replaces_an_older_one(place: impl Fixture<Store: SnapshotStore>) {
    let store = place.open().await;
    for (version, state) in [(1, "one"), (10, "ten"), (11, "eleven"), (300, "three hundred")] {
        save(&store, snapshot("a", version, 1, state)).await;
        assert_eq!(load(&store, "a", 1).await, Some(snapshot("a", version, 1, state)));
    }
}

/// A slow writer does not undo the work of a fast one.
pub async fn an_older_snapshot_changes_nothing(place: impl Fixture<Store: SnapshotStore>) {
    let store = place.open().await;
    save(&store, snapshot("a", 30, 1, "thirty")).await;
    for version in [29, 20, 4, 0] {
        save(&store, snapshot("a", version, 1, "older")).await;
        assert_eq!(load(&store, "a", 1).await, Some(snapshot("a", 30, 1, "thirty")));
    }
}

/// The state at a version is the state at that version, whoever has made it.
pub async fn a_snapshot_of_the_same_version_may_be_saved_again(place: impl Fixture<Store: SnapshotStore>) {
    let store = place.open().await;
    save(&store, snapshot("a", 30, 1, "thirty")).await;
    save(&store, snapshot("a", 30, 1, "thirty")).await;
    assert_eq!(load(&store, "a", 1).await, Some(snapshot("a", 30, 1, "thirty")));
}

/// A snapshot of another shape is not found.
pub async fn a_snapshot_of_another_schema_is_not_found(place: impl Fixture<Store: SnapshotStore>) {
    let store = place.open().await;
    save(&store, snapshot("a", 10, 2, "x")).await;
    for schema in [0, 1, 3, u32::MAX] {
        assert_eq!(load(&store, "a", schema).await, None, "of schema {schema}");
    }
}

/// While the old and the new version of a program run side by side.
pub async fn snapshots_of_several_schemas_are_kept(place: impl Fixture<Store: SnapshotStore>) {
    let store = place.open().await;
    save(&store, snapshot("a", 10, 1, "old shape")).await;
    save(&store, snapshot("a", 5, 2, "new shape")).await;
    save(&store, snapshot("a", 7, 0, "zero")).await;
    save(&store, snapshot("a", 8, u32::MAX, "largest")).await;
    assert_eq!(load(&store, "a", 1).await, Some(snapshot("a", 10, 1, "old shape")));
    assert_eq!(load(&store, "a", 2).await, Some(snapshot("a", 5, 2, "new shape")));
    assert_eq!(load(&store, "a", 0).await, Some(snapshot("a", 7, 0, "zero")));
    assert_eq!(load(&store, "a", u32::MAX).await, Some(snapshot("a", 8, u32::MAX, "largest")));
}

/// Also of streams whose names are similar.
pub async fn snapshots_of_several_streams_are_kept(place: impl Fixture<Store: SnapshotStore>) {
    let store = place.open().await;
    let keys = ["a", "A", "a ", "ab", "a-b", "%", "\u{e9}", "e\u{301}"];
    for (key, version) in keys.into_iter().zip(1..) {
        assert_eq!(load(&store, key, 1).await, None, "of {key:?}");
        save(&store, snapshot(key, version, 1, "x")).await;
    }
    for (key, version) in keys.into_iter().zip(1..) {
        assert_eq!(load(&store, key, 1).await, Some(snapshot(key, version, 1, "x")), "of {key:?}");
    }
    let elsewhere = stream_of("other", "a");
    assert_eq!(done(store.load_snapshot(&elsewhere, 1).await), None);
}

/// The state is in a form of its writer's choice, which need not be text.
pub async fn states_come_back_to_the_byte(place: impl Fixture<Store: SnapshotStore>) {
    let store = place.open().await;
    let all: Vec<u8> = (0..=255).collect();
    for (state, version) in
        [&b""[..], b"\0", b"{\"a\" : 1}\n", &[0xff, 0], &all, b"'; --"].into_iter().zip(1..)
    {
        let saved = Snapshot::new(stream("a"), StreamVersion::new(version), 1, Bytes::copy_from_slice(state));
        save(&store, saved.clone()).await;
        assert_eq!(load(&store, "a", 1).await, Some(saved));
    }
}

/// Folded states can be large.
pub async fn a_large_state_comes_back(place: impl Fixture<Store: SnapshotStore>) {
    let store = place.open().await;
    let mut state = vec![0xfe; 5_000_000];
    state[4_999_999] = 1;
    let saved = Snapshot::new(stream("a"), StreamVersion::FIRST, 1, state);
    save(&store, saved.clone()).await;
    assert!(load(&store, "a", 1).await == Some(saved), "not the state that was saved");
}

/// See [`StreamVersion::MAX`] and [`limits::STREAM_KEY_BYTES`].
pub async fn the_largest_version_and_the_longest_name_come_back(place: impl Fixture<Store: SnapshotStore>) {
    let store = place.open().await;
    let longest = stream_of(&"c".repeat(limits::CATEGORY_BYTES), &"k".repeat(limits::STREAM_KEY_BYTES));
    let saved = Snapshot::new(longest.clone(), StreamVersion::MAX, 1, "x");
    save(&store, saved.clone()).await;
    assert_eq!(done(store.load_snapshot(&longest, 1).await), Some(saved));
}

/// All of one stream, and of no other.
pub async fn the_snapshots_of_a_stream_can_be_forgotten(place: impl Fixture<Store: SnapshotStore>) {
    let store = place.open().await;
    for (key, schema) in [("a", 1), ("a", 2), ("b", 1), ("ab", 1)] {
        save(&store, snapshot(key, 10, schema, "x")).await;
    }
    done(store.delete_snapshots(&stream("a")).await);
    assert_eq!(load(&store, "a", 1).await, None);
    assert_eq!(load(&store, "a", 2).await, None);
    assert_eq!(load(&store, "b", 1).await, Some(snapshot("b", 10, 1, "x")));
    assert_eq!(load(&store, "ab", 1).await, Some(snapshot("ab", 10, 1, "x")));
}

/// What is forgotten is no longer newer than anything.
pub async fn a_snapshot_can_be_saved_after_it_was_forgotten(place: impl Fixture<Store: SnapshotStore>) {
    let store = place.open().await;
    save(&store, snapshot("a", 10, 1, "x")).await;
    done(store.delete_snapshots(&stream("a")).await);
    save(&store, snapshot("a", 3, 1, "older")).await;
    assert_eq!(load(&store, "a", 1).await, Some(snapshot("a", 3, 1, "older")));
}

/// There is nothing to do.
pub async fn nothing_can_be_forgotten(place: impl Fixture<Store: SnapshotStore>) {
    let store = place.open().await;
    done(store.delete_snapshots(&stream("a")).await);
    assert_eq!(load(&store, "a", 1).await, None);
}

/// Whatever the order in which they arrive.
pub async fn of_snapshots_saved_at_once_the_newest_stays(place: impl Fixture<Store: SnapshotStore>) {
    let store = Arc::new(place.open().await);
    // Several times, since one that is not the newest may happen not to be the last.
    for stream_key in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        at_once(16, |task| {
            let store = Arc::clone(&store);
            async move {
                // 5 is prime to 16, so that every number comes once.
                let version = task as u64 * 5 % 16;
                let state = version.to_string();
                let version = StreamVersion::new(version);
                save(&*store, Snapshot::new(stream(stream_key), version, 1, state)).await;
            }
        })
        .await;
        assert_eq!(load(&*store, stream_key, 1).await, Some(snapshot(stream_key, 15, 1, "15")));
    }
}
