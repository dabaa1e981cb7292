//! Below the mark nobody is asked how far the log can be read, which makes no difference to what is found, nor to where it ends.

use crate::{
    log::{event, log, log_by},
    place::Place,
};
use factum_core::{
    Append, EventAppender, EventReader, EventType, NewEvent, Position, Query, QueryItem, StreamId,
    store::ReadLog,
};
use factum_store_postgres::PgStore;

const EVENTS: u64 = 12;

/// One in three is of another category, and one in five of another type.
fn nth(n: u64) -> NewEvent {
    let stream = if n.is_multiple_of(3) { StreamId::of("door", n % 2).unwrap() } else { event("a").stream };
    let name = if n.is_multiple_of(5) { "Opened" } else { "Noted" };
    NewEvent::new(stream, EventType::from_static(name), "{}")
}

fn queries() -> Vec<Query> {
    let types = |name| QueryItem::types([EventType::from_static(name)]);
    let door = QueryItem::categories(["door".parse().unwrap()]);
    let nothing = types("Closed");
    vec![
        types("Noted").into(),
        types("Opened").into(),
        door.clone().into(),
        nothing.clone().into(),
        types("Opened").category("door".parse().unwrap()).into(),
        Query::any_of([types("Opened"), door]),
        Query::any_of([types("Opened"), nothing]),
    ]
}

/// Every range of the log, in pages of several sizes.
async fn check(store: &PgStore) {
    let all = log(store).await;
    for query in queries() {
        for after in 0..=EVENTS {
            for before in after + 1..=EVENTS + 3 {
                let inside = |position: u64| after < position && position < before;
                let wanted = all.iter().filter(|event| query.matches_event(event));
                let expected: Vec<_> = wanted.filter(|event| inside(event.position.get())).collect();
                let request =
                    ReadLog::new(query.clone()).after(Position::new(after)).before(Position::new(before));
                for limit in [1, 4, 100] {
                    let found = log_by(store, request.clone().limit(limit)).await;
                    assert!(
                        found.iter().eq(expected.iter().copied()),
                        "{query:?} in {after}..{before} by {limit}"
                    );
                }
                let page = store.read_log(request).await.unwrap();
                let end = before.min(EVENTS + 1) - 1;
                assert_eq!(
                    (page.through.get(), page.done),
                    (end.max(after), true),
                    "{query:?} in {after}..{before}"
                );
            }
        }
    }
}

/// The mark stays where it is put: at the beginning, in the midst of the events, and at their end.
#[tokio::test]
async fn in_any_range_and_wherever_the_mark_is() {
    let place = Place::new().await;
    let config = || place.config().without_watermark();
    let store = config().open().await.unwrap();
    store.append_one(Append::new((1..=EVENTS).map(nth))).await.unwrap();
    for mark in [0, EVENTS / 2, EVENTS] {
        place.sql().await.batch_execute(&format!("UPDATE mark SET position = {mark}")).await.unwrap();
        let store = config().open().await.unwrap();
        assert_eq!(store.health().mark.get(), mark);
        check(&store).await;
    }
}
