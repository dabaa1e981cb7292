use crate::stores::{Store, on_every_store, stream};
use factum::{Snapshot, StreamVersion};

on_every_store! {
    the_newest_is_kept,
    another_shape_is_not_found,
    they_can_be_forgotten,
}

fn snapshot(key: &str, version: u64, schema: u32, state: &'static str) -> Snapshot {
    Snapshot::new(stream(key), StreamVersion::new(version), schema, state)
}

async fn the_newest_is_kept(store: impl Store) {
    for (version, state) in [(10, "ten"), (30, "thirty"), (20, "twenty"), (30, "thirty again")] {
        store.save_snapshot(snapshot("a", version, 1, state)).await.unwrap();
    }
    let kept = store.load_snapshot(&stream("a"), 1).await.unwrap();
    assert_eq!(kept, Some(snapshot("a", 30, 1, "thirty")));
}

async fn another_shape_is_not_found(store: impl Store) {
    store.save_snapshot(snapshot("a", 10, 1, "old shape")).await.unwrap();
    assert_eq!(store.load_snapshot(&stream("a"), 2).await.unwrap(), None);
    assert_eq!(store.load_snapshot(&stream("b"), 1).await.unwrap(), None);
    store.save_snapshot(snapshot("a", 5, 2, "new shape")).await.unwrap();
    assert_eq!(store.load_snapshot(&stream("a"), 1).await.unwrap(), Some(snapshot("a", 10, 1, "old shape")));
}

async fn they_can_be_forgotten(store: impl Store) {
    store.save_snapshot(snapshot("a", 10, 1, "x")).await.unwrap();
    store.save_snapshot(snapshot("a", 10, 2, "x")).await.unwrap();
    store.save_snapshot(snapshot("b", 10, 1, "x")).await.unwrap();
    store.delete_snapshots(&stream("a")).await.unwrap();
    assert_eq!(store.load_snapshot(&stream("a"), 1).await.unwrap(), None);
    assert_eq!(store.load_snapshot(&stream("a"), 2).await.unwrap(), None);
    assert!(store.load_snapshot(&stream("b"), 1).await.unwrap().is_some());
}
