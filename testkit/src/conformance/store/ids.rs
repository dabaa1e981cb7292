//! Each event has an id, which no two events of a log share.

use crate::conformance::{
    Fixture,
    steps::{append, conflict, event, log, names, read, stream, write, written},
};
use factum_core::{
    Append, AppendError, EventAppender, EventId, EventReader, EventStore, ExpectedVersion, NewEvent, Receipt,
    StreamVersion,
};

fn with_id(key: &str, id: EventId) -> NewEvent {
    event(&stream(key), key).with_id(id)
}

/// Checks that the append was refused for this id.
fn duplicate(outcome: &Result<Receipt, AppendError>, id: EventId) {
    match outcome {
        Err(AppendError::DuplicateEvent(found)) => assert_eq!(*found, id),
        other => panic!("expected event {id} to be a duplicate, not {other:?}"),
    }
}

/// No two events of a log share an id, whatever their streams.
pub async fn an_id_is_taken_once(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let id = EventId::random();
    write(&store, [with_id("a", id)]).await;
    duplicate(&append(&store, Append::new([with_id("a", id)])).await, id);
    duplicate(&append(&store, Append::new([with_id("b", id)])).await, id);
    assert_eq!(names(&log(&store).await), ["a"]);
}

/// Nor do two events of one append.
pub async fn an_append_cannot_have_an_id_twice(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let id = EventId::random();
    let twice = Append::new([with_id("a", id), event(&stream("b"), "b"), with_id("c", id)]);
    duplicate(&append(&store, twice).await, id);
    assert!(log(&store).await.is_empty());
}

/// Nor do two appends of one call.
pub async fn a_call_cannot_use_an_id_twice(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let id = EventId::random();
    let outcomes = store.append(vec![Append::new([with_id("a", id)]), Append::new([with_id("b", id)])]).await;
    assert!(outcomes[0].is_ok(), "{outcomes:?}");
    duplicate(&outcomes[1], id);
    assert_eq!(names(&log(&store).await), ["a"]);
}

/// Nothing of an append with a duplicate is written, wherever in it the duplicate is.
pub async fn a_duplicate_keeps_the_other_events_out(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let id = EventId::random();
    write(&store, [with_id("taken", id)]).await;
    let other = |name: &str| event(&stream("a"), name);
    duplicate(&append(&store, Append::new([with_id("taken", id), other("1")])).await, id);
    duplicate(&append(&store, Append::new([other("2"), with_id("taken", id), other("3")])).await, id);
    duplicate(&append(&store, Append::new([other("4"), with_id("taken", id)])).await, id);
    assert_eq!(names(&log(&store).await), ["taken"]);
    let next = write(&store, [other("5")]).await;
    assert_eq!(next.version_of(&stream("a")), Some(StreamVersion::FIRST));
}

/// A refused append takes no id.
pub async fn the_id_of_a_refused_event_is_free(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let (a, id, other) = (stream("a"), EventId::random(), EventId::random());
    conflict(append(&store, Append::new([with_id("a", id)]).expect(a, ExpectedVersion::StreamExists)).await);
    duplicate(
        &append(&store, Append::new([with_id("a", other), with_id("a", id), with_id("a", id)])).await,
        id,
    );
    written(append(&store, Append::new([with_id("a", id), with_id("a", other)])).await);
    assert_eq!(read(store.find(&[id]).await).iter().flatten().count(), 1);
}

/// Ids come back as they were written, also those that no generator makes.
pub async fn ids_of_every_kind_come_back(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let ids = [
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "00000000-0000-0000-0000-000000000001",
        "67e55044-10b1-426f-9247-bb680e5fe0c8",
    ]
    .map(|id| id.parse::<EventId>().expect("an id"));
    write(&store, ids.map(|id| with_id("a", id))).await;
    assert_eq!(log(&store).await.iter().map(|event| event.id).collect::<Vec<_>>(), ids);
    assert!(read(store.find(&ids).await).iter().all(Option::is_some));
}

/// See [`EventReader::find`]: the answers are at the index of the ids.
pub async fn ids_are_found_at_their_index(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let (first, second, absent) = (EventId::random(), EventId::random(), EventId::random());
    let one = write(&store, [with_id("a", first)]).await.position();
    write(&store, [event(&stream("a"), "between")]).await;
    let two = write(&store, [with_id("b", second)]).await.position();
    let found = read(store.find(&[absent, second, first, absent, second]).await);
    assert_eq!(found, [None, Some(two), Some(one), None, Some(two)]);
}

/// As many answers as ids: none.
pub async fn no_ids_are_looked_up(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    assert_eq!(read(store.find(&[]).await), []);
    assert_eq!(read(store.find(&[EventId::random()]).await), [None], "in an empty log");
    write(&store, [event(&stream("a"), "x")]).await;
    assert_eq!(read(store.find(&[]).await), []);
}

/// A whole append can be looked up at once, however large.
pub async fn many_ids_are_looked_up_at_once(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let ids: Vec<_> = (0..3_000).map(|_| EventId::random()).collect();
    // Every other one is in the log.
    write(&store, ids.iter().step_by(2).map(|id| with_id("a", *id))).await;
    let found = read(store.find(&ids).await);
    let expected: Vec<_> = log(&store).await.iter().flat_map(|event| [Some(event.position), None]).collect();
    assert!(found == expected, "not what was asked for");
}
