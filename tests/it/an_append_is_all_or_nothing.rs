use crate::stores::{Store, append, event, log, names, on_every_store, read, stream};
use factum::{
    Append, AppendError, EventId, ExpectedVersion, StreamVersion, limits,
    store::{EventAppenderExt, EventReaderExt},
};

on_every_store! {
    events_of_several_streams_take_their_positions_in_order,
    one_unmet_expectation_keeps_all_of_them_out,
    an_append_without_events_does_nothing,
    an_event_id_is_taken_once,
    ids_can_be_looked_up,
    a_stream_can_be_expected_without_being_written_to,
    an_expectation_given_twice_is_refused,
    too_many_events_are_refused,
}

async fn events_of_several_streams_take_their_positions_in_order(store: impl Store) {
    let (a, b) = (stream("a"), stream("b"));
    let receipt =
        store.append_one(Append::new([event(&a, "1"), event(&b, "2"), event(&a, "3")])).await.unwrap();
    assert_eq!(names(&log(&store).await), ["1", "2", "3"]);
    assert_eq!(names(&read(&store, &a).await), ["1", "3"]);
    assert_eq!(receipt.version_of(&a), Some(StreamVersion::new(2)));
    assert_eq!(receipt.version_of(&b), Some(StreamVersion::FIRST));
    assert_eq!((receipt.position().get(), receipt.log), (3, store.log_id()));
}

async fn one_unmet_expectation_keeps_all_of_them_out(store: impl Store) {
    let (a, b) = (stream("a"), stream("b"));
    let append = Append::new([event(&a, "1"), event(&b, "2")])
        .expect(a.clone(), ExpectedVersion::NoStream)
        .expect(b.clone(), ExpectedVersion::StreamExists);
    assert!(matches!(store.append_one(append).await, Err(AppendError::Conflict(_))));
    assert!(log(&store).await.is_empty());
    assert_eq!(store.head().await.unwrap().get(), 0);
}

async fn an_append_without_events_does_nothing(store: impl Store) {
    let a = stream("a");
    append(&store, &a, "1").await;
    let nothing = Append::default().expect(a.clone(), ExpectedVersion::NoStream);
    assert!(store.append_one(nothing).await.unwrap().is_empty());
    assert!(store.append(Vec::new()).await.is_empty());
    assert_eq!(store.stream_version(a).await.unwrap(), StreamVersion::FIRST);
}

async fn an_event_id_is_taken_once(store: impl Store) {
    let id = EventId::random();
    let with_id = |name: &str| event(&stream(name), name).with_id(id);
    store.append_one(Append::new([with_id("a")])).await.unwrap();
    let again = Append::new([event(&stream("c"), "c"), with_id("b")]);
    assert!(matches!(store.append_one(again).await, Err(AppendError::DuplicateEvent(found)) if found == id));

    let other = EventId::random();
    let twice =
        Append::new([event(&stream("d"), "d").with_id(other), event(&stream("e"), "e").with_id(other)]);
    assert!(
        matches!(store.append_one(twice).await, Err(AppendError::DuplicateEvent(found)) if found == other)
    );
    assert_eq!(names(&log(&store).await), ["a"]);
}

async fn ids_can_be_looked_up(store: impl Store) {
    let (there, not_there) = (EventId::random(), EventId::random());
    append(&store, &stream("a"), "0").await;
    let receipt = store.append_one(Append::new([event(&stream("a"), "1").with_id(there)])).await.unwrap();
    let found = store.find(&[not_there, there]).await.unwrap();
    assert_eq!(found, [None, Some(receipt.position())]);
}

async fn a_stream_can_be_expected_without_being_written_to(store: impl Store) {
    let (a, b) = (stream("a"), stream("b"));
    append(&store, &b, "1").await;
    let write = |expected| Append::new([event(&a, "2")]).expect(b.clone(), expected);
    assert!(store.append_one(write(ExpectedVersion::NoStream)).await.is_err());
    assert!(store.append_one(write(ExpectedVersion::Exact(StreamVersion::FIRST))).await.is_ok());
    assert_eq!(store.stream_version(b).await.unwrap(), StreamVersion::FIRST);
}

async fn an_expectation_given_twice_is_refused(store: impl Store) {
    let a = stream("a");
    let append = Append::new([event(&a, "1")])
        .expect(a.clone(), ExpectedVersion::Any)
        .expect(a.clone(), ExpectedVersion::NoStream);
    let refused = store.append_one(append).await.unwrap_err();
    assert_eq!(refused.to_string(), "expected version is given twice for stream account-a");
}

async fn too_many_events_are_refused(store: impl Store) {
    let a = stream("a");
    let append = Append::new((0..=limits::EVENTS_PER_APPEND).map(|_| event(&a, "1")));
    assert!(matches!(store.append_one(append).await, Err(AppendError::Invalid(_))));
    assert!(log(&store).await.is_empty());
}
