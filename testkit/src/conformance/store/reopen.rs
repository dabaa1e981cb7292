//! What was acknowledged is there when the store is opened again.

use crate::conformance::{
    Fixture,
    steps::{
        append, conflict, event, history, log, read, stream, tag, tagged, tags, versions, write, written,
    },
};
use factum_core::{
    Append, AppendCondition, AppendError, EventId, EventReader, EventStore, ExpectedVersion, Metadata,
    Position, StreamVersion, store::ListStreams,
};

/// With everything that they carry.
pub async fn events_survive(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    for n in 0..10 {
        let full = event(&stream(&format!("{}", n % 3)), "Noted")
            .with_tags([tag("x:1"), tag(&format!("n:{n}"))])
            .with_time("1969-12-31T23:59:59.999999Z".parse().expect("a time"))
            .with_metadata(Metadata::default().with("n", n));
        write(&store, [full, event(&stream("other"), "x")]).await;
    }
    let before = log(&store).await;
    drop(store);
    let again = place.open().await;
    assert_eq!(log(&again).await, before);
    assert_eq!(versions(&history(&again, &stream("0")).await), [1, 2, 3, 4]);
}

/// The log is the same one.
pub async fn the_log_keeps_its_id(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let id = store.log_id();
    drop(store);
    let again = place.open().await;
    assert_eq!(again.log_id(), id, "of an empty log");
    write(&again, [event(&stream("a"), "x")]).await;
    drop(again);
    assert_eq!(place.open().await.log_id(), id, "of a log with an event");
}

/// Versions, positions and the head go on where they were.
pub async fn places_go_on_where_they_were(place: impl Fixture<Store: EventStore>) {
    let a = stream("a");
    let mut last = Position::START;
    for round in 1..=4 {
        let store = place.open().await;
        assert_eq!(read(store.head().await), last, "the head when opened for the {round}. time");
        let receipt = write(&store, [event(&a, "x"), event(&stream("b"), "y")]).await;
        assert_eq!(receipt.version_of(&a), Some(StreamVersion::new(round)));
        assert!(receipt.position() > last, "{} was given after {last}", receipt.position());
        last = receipt.position();
    }
}

/// So that a second attempt to write an event is noticed.
pub async fn ids_stay_taken(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let id = EventId::random();
    let position = write(&store, [event(&stream("a"), "x").with_id(id)]).await.position();
    drop(store);
    let again = place.open().await;
    assert_eq!(read(again.find(&[id]).await), [Some(position)]);
    let twice = append(&again, Append::new([event(&stream("a"), "x").with_id(id)])).await;
    assert!(matches!(&twice, Err(AppendError::DuplicateEvent(found)) if *found == id), "{twice:?}");
}

/// Expectations are held against what was there.
pub async fn expectations_see_what_was_there(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let a = stream("a");
    write(&store, [event(&a, "1"), event(&a, "2")]).await;
    drop(store);
    let again = place.open().await;
    let new = |expected| Append::new([event(&a, "3")]).expect(a.clone(), expected);
    conflict(append(&again, new(ExpectedVersion::NoStream)).await);
    written(append(&again, new(ExpectedVersion::Exact(StreamVersion::new(2)))).await);
}

/// Conditions are held against what was there.
pub async fn conditions_see_what_was_there(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let seen = write(&store, [tagged("a", &["user:ada"])]).await.position();
    drop(store);
    let again = place.open().await;
    let claim = |after| {
        Append::new([tagged("b", &["user:ada"])])
            .fail_if(AppendCondition::new(tags(&["user:ada"]).into(), after))
    };
    conflict(append(&again, claim(Position::START)).await);
    written(append(&again, claim(seen)).await);
}

/// Lists of streams are the same.
pub async fn streams_are_still_listed(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    for key in ["b", "a", "b", "c"] {
        write(&store, [event(&stream(key), "x")]).await;
    }
    let before = read(store.streams(ListStreams::all()).await);
    drop(store);
    assert_eq!(read(place.open().await.streams(ListStreams::all()).await), before);
}

/// A conflict leaves nothing behind that appears later.
pub async fn what_was_refused_stays_away(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let a = stream("a");
    write(&store, [event(&a, "1")]).await;
    let unmet = Append::new([event(&a, "2"), event(&stream("b"), "3")]).expect(a, ExpectedVersion::NoStream);
    conflict(append(&store, unmet).await);
    drop(store);
    assert_eq!(log(&place.open().await).await.len(), 1);
}
