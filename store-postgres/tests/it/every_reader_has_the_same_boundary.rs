//! Whatever is asked for, and in whatever direction: nothing beyond a hole is shown, and all of it afterwards.

use crate::{
    log::{append_in, event, history, log_by, tag},
    place::{Place, until},
};
use factum_core::{
    Append, EventAppender, EventReader, EventType, NewEvent, Query, QueryItem, StreamId,
    store::{ListStreams, ReadLog},
};
use factum_store_postgres::PgStore;

/// In the log are, from 1 on: `Noted` in account-a with tag x; `Opened` in door-b with tags x and y; the hole, which has
/// all of that; and the first two again.
fn noted() -> NewEvent {
    event("a").with_tags([tag("x")])
}

fn opened() -> NewEvent {
    let door = StreamId::new("door", "b").unwrap();
    NewEvent::new(door, EventType::from_static("Opened"), "{}").with_tags([tag("x"), tag("y")])
}

fn queries() -> Vec<(Query, &'static [u64])> {
    let types = |name| QueryItem::types([EventType::from_static(name)]);
    let tags = |names: &[&str]| QueryItem::tags(names.iter().map(|name| tag(name)));
    let categories = |name: &str| QueryItem::categories([name.parse().unwrap()]);
    vec![
        (Query::all(), &[1, 2, 3, 4, 5]),
        (types("Noted").into(), &[1, 4]),
        (types("Opened").into(), &[2, 3, 5]),
        (tags(&["x"]).into(), &[1, 2, 3, 4, 5]),
        (tags(&["x", "y"]).into(), &[2, 3, 5]),
        (categories("door").into(), &[2, 3, 5]),
        (types("Opened").category("door".parse().unwrap()).tag(tag("y")).into(), &[2, 3, 5]),
        (Query::any_of([types("Noted"), tags(&["y"])]), &[1, 2, 3, 4, 5]),
        (Query::any_of([categories("account"), categories("nothing")]), &[1, 4]),
    ]
}

async fn found(store: &PgStore, request: ReadLog) -> Vec<u64> {
    log_by(store, request).await.iter().map(|event| event.position.get()).collect()
}

/// All ways to read find what is expected up to `end`, and without `hole`.
async fn check(store: &PgStore, end: u64, hole: u64) {
    assert_eq!(store.head().await.unwrap().get(), end);
    for (query, places) in queries() {
        let expected: Vec<_> = places.iter().copied().filter(|p| *p <= end && *p != hole).collect();
        for limit in [1, 2, 1_000] {
            let request = ReadLog::new(query.clone()).limit(limit);
            assert_eq!(found(store, request.clone()).await, expected, "{query:?} by {limit}");
            let mut backward = found(store, request.backward()).await;
            backward.reverse();
            assert_eq!(backward, expected, "{query:?} by {limit}, backward");
        }
        let mut page = store.read_log(ReadLog::new(query.clone())).await.unwrap();
        if !page.done {
            // Whether more can be read is for the next page to say.
            page = store.read_log(ReadLog::new(query.clone()).after(page.through)).await.unwrap();
            assert!(page.events.is_empty(), "{query:?}");
        }
        assert_eq!((page.through.get(), page.done), (end, true), "{query:?}");
    }
}

#[tokio::test]
async fn while_a_hole_is_held_and_when_it_is_filled() {
    let place = Place::new().await;
    let store = place.open().await;
    for event in [noted(), opened()] {
        store.append_one(Append::new([event])).await.unwrap();
    }
    let mut late = store.pool().begin().await.unwrap();
    let hidden =
        NewEvent::new(StreamId::new("door", "hidden").unwrap(), EventType::from_static("Opened"), "{}")
            .with_tags([tag("x"), tag("y")]);
    assert_eq!(append_in(&store, &mut late, Append::new([hidden])).await, 3);
    for event in [noted(), opened()] {
        store.append_one(Append::new([event])).await.unwrap();
    }
    let other = place.open().await;
    for store in [&store, &other] {
        check(store, 2, 0).await;
        // A stream's own order has no holes: whoever appends to it next must see what was acknowledged.
        assert_eq!(history(store, "a").await, [(1, 1), (2, 4)]);
        assert_eq!(store.streams(ListStreams::all()).await.unwrap().len(), 2);
    }
    late.commit().await.unwrap();
    for store in [&store, &other] {
        check(store, 5, 0).await;
    }
}

#[tokio::test]
async fn while_a_hole_is_held_and_when_it_is_dead() {
    let place = Place::new().await;
    let store = place.open().await;
    for event in [noted(), opened()] {
        store.append_one(Append::new([event])).await.unwrap();
    }
    let mut late = store.pool().begin().await.unwrap();
    append_in(&store, &mut late, Append::new([opened()])).await;
    // The stream of the hole is held too, so the next opened door is another.
    store.append_one(Append::new([noted()])).await.unwrap();
    let mut another = opened();
    another.stream = StreamId::new("door", "c").unwrap();
    store.append_one(Append::new([another])).await.unwrap();
    check(&store, 2, 0).await;
    late.rollback().await.unwrap();
    check(&store, 5, 3).await;
    check(&place.open().await, 5, 3).await;
}

/// Who waits for a wake-up gets one when the hole is decided, although nothing is appended then, and although it is
/// another process that ends the transaction.
#[tokio::test]
async fn and_is_woken_when_the_hole_is_decided() {
    let place = Place::new().await;
    let (store, other) = (place.open().await, place.open().await);
    for commits in [true, false] {
        let mut late = other.pool().begin().await.unwrap();
        let hole = append_in(&other, &mut late, Append::new([event("late")])).await;
        let above = store.append_one(Append::new([noted()])).await.unwrap().position();
        assert_eq!(store.head().await.unwrap().get(), hole - 1);
        // Looks go on while the hole is held, and wake nobody for nothing.
        until("all to be told of the append", async || store.health().newest == above).await;
        let mut watch = store.watch();
        if commits {
            late.commit().await.unwrap();
        } else {
            late.rollback().await.unwrap();
        }
        while store.health().mark < above {
            assert!(watch.changed().await);
        }
        let seen = found(&store, ReadLog::new(Query::all())).await;
        assert_eq!(seen.contains(&hole), commits);
        assert_eq!(seen.last(), Some(&above.get()));
    }
    assert_eq!(history(&store, "late").await.len(), 1);
}
