//! What an append writes, and what it answers.

use crate::conformance::{
    Fixture,
    steps::{
        append, conflict, event, history, log, names, positions, read, stream, versions, write, written,
    },
};
use factum_core::{
    Append, AppendCondition, AppendError, EventAppender, EventReader, EventStore, ExpectedVersion, Position,
    Query, Receipt, StreamVersion, limits,
};
use std::{future::Future as _, pin::pin, task};

/// Versions begin at 1.
pub async fn the_first_event_of_a_stream_has_version_one(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let a = stream("a");
    let receipt = write(&store, [event(&a, "1")]).await;
    assert_eq!(receipt.version_of(&a), Some(StreamVersion::FIRST), "by the receipt");
    assert_eq!(versions(&history(&store, &a).await), [1], "by the stream");
}

/// The versions of a stream have no gaps, whatever is written to other streams in between.
pub async fn versions_grow_by_one_in_each_stream(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let (a, b) = (stream("a"), stream("b"));
    for (stream, version) in [(&a, 1), (&b, 1), (&a, 2), (&a, 3), (&b, 2), (&a, 4)] {
        let receipt = write(&store, [event(stream, "x")]).await;
        assert_eq!(receipt.version_of(stream), Some(StreamVersion::new(version)), "of {stream}");
    }
    assert_eq!(versions(&history(&store, &a).await), [1, 2, 3, 4]);
    assert_eq!(versions(&history(&store, &b).await), [1, 2]);
}

/// Positions grow with visibility.
pub async fn each_event_has_a_larger_position_than_those_before(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let mut last = Position::START;
    for n in 0..20 {
        let receipt = write(&store, [event(&stream(&format!("{}", n % 3)), "x")]).await;
        assert!(receipt.position() > last, "{} was given after {last}", receipt.position());
        last = receipt.position();
    }
    assert_eq!(log(&store).await.len(), 20);
}

/// See [`Capabilities::gapless`](factum_core::store::Capabilities::gapless).
pub async fn positions_have_no_holes(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    for key in ["a", "b", "a", "c"] {
        write(&store, [event(&stream(key), "x"), event(&stream("other"), "y")]).await;
    }
    assert_eq!(positions(&log(&store).await), (1..=8).collect::<Vec<_>>());
}

/// The events of an append take their positions in the order of [`Append::events`].
pub async fn events_are_stored_in_the_order_given(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let a = stream("a");
    // Neither the ids nor the names are in order.
    let events = ["m", "z", "b", "y", "a", "k"].map(|name| event(&a, name));
    let mut ids: Vec<_> = events.iter().map(|event| event.id).collect();
    ids.reverse();
    let events = events.into_iter().zip(ids).map(|(event, id)| event.with_id(id));
    write(&store, events).await;
    assert_eq!(names(&log(&store).await), ["m", "z", "b", "y", "a", "k"], "in the log");
    assert_eq!(names(&history(&store, &a).await), ["m", "z", "b", "y", "a", "k"], "in the stream");
}

/// The events of one append may belong to several streams, in any order.
pub async fn one_append_writes_to_several_streams(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let (a, b) = (stream("a"), stream("b"));
    write(&store, [event(&a, "1"), event(&b, "2"), event(&a, "3")]).await;
    assert_eq!(names(&log(&store).await), ["1", "2", "3"]);
    let (in_a, in_b) = (history(&store, &a).await, history(&store, &b).await);
    assert_eq!((names(&in_a), versions(&in_a)), (vec!["1", "3"], vec![1, 2]));
    assert_eq!((names(&in_b), versions(&in_b)), (vec!["2"], vec![1]));
}

/// See [`Receipt::written`].
pub async fn a_receipt_names_each_stream_once_in_order_of_appearance(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let (a, b, c) = (stream("a"), stream("b"), stream("c"));
    write(&store, [event(&a, "0")]).await;
    let receipt = write(&store, [&c, &a, &b, &a, &c].map(|stream| event(stream, "x"))).await;
    let written: Vec<_> = receipt.written.iter().map(|w| (&w.stream, w.version.get())).collect();
    assert_eq!(written, [(&c, 2), (&a, 3), (&b, 1)]);
    for written in &receipt.written {
        let last = history(&store, &written.stream).await.pop().expect("its events were written");
        assert_eq!((last.version, last.position), (written.version, written.position), "{}", last.stream);
    }
    let last = log(&store).await.pop().expect("the events were written");
    assert_eq!(receipt.position(), last.position);
}

/// See [`Receipt::log`] and [`Receipt::recorded_at`].
pub async fn a_receipt_names_the_log_and_the_time(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let receipt = write(&store, [event(&stream("a"), "1"), event(&stream("b"), "2")]).await;
    assert_eq!(receipt.log, store.log_id());
    for event in log(&store).await {
        assert_eq!(event.recorded_at, receipt.recorded_at, "of the event at {}", event.position);
    }
}

/// `Ok` is returned only for what has been stored.
pub async fn what_is_acknowledged_can_be_read(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let a = stream("a");
    for n in 1..=50 {
        let receipt = write(&store, [event(&a, "x")]).await;
        assert_eq!(read(store.head().await), receipt.position());
        assert_eq!(history(&store, &a).await.len(), n, "events in the stream after append {n}");
        assert_eq!(log(&store).await.len(), n, "events in the log after append {n}");
    }
}

/// The result has one entry for each append.
pub async fn a_call_without_appends_has_no_outcomes(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let outcomes = store.append(Vec::new()).await;
    assert!(outcomes.is_empty(), "{outcomes:?}");
    assert!(log(&store).await.is_empty());
}

/// An append without events is a no-op that succeeds with an empty receipt.
pub async fn an_append_without_events_writes_nothing(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    write(&store, [event(&stream("a"), "1")]).await;
    let receipt = write(&store, []).await;
    assert!(receipt.is_empty(), "{receipt:?}");
    assert_eq!(receipt.position(), Position::START);
    assert_eq!(receipt.log, store.log_id());
    let next = write(&store, [event(&stream("a"), "2")]).await;
    assert_eq!(next.version_of(&stream("a")), Some(StreamVersion::new(2)));
    assert_eq!(log(&store).await.len(), 2);
}

/// The expectations of an append without events are not looked at.
pub async fn an_append_without_events_expects_nothing(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let a = stream("a");
    write(&store, [event(&a, "1")]).await;
    let unmet = Append::default()
        .expect(a.clone(), ExpectedVersion::NoStream)
        .fail_if(AppendCondition::new(Query::all(), Position::START));
    assert!(written(append(&store, unmet).await).is_empty());
    assert_eq!(versions(&history(&store, &a).await), [1]);
}

/// Each append of a call has an outcome of its own, at the same index.
pub async fn each_append_of_a_call_has_its_own_outcome(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let new = |key: &str, expected| Append::new([event(&stream(key), key)]).expect(stream(key), expected);
    let outcomes = store
        .append(vec![
            new("a", ExpectedVersion::NoStream),
            new("b", ExpectedVersion::StreamExists),
            Append::default(),
            Append::new([event(&stream("c"), "c"), event(&stream("c"), "d")]),
        ])
        .await;
    let [Ok(a), Err(AppendError::Conflict(_)), Ok(nothing), Ok(c)] = outcomes.as_slice() else {
        panic!("expected a receipt, a conflict and two receipts, not {outcomes:?}");
    };
    assert_eq!(a.version_of(&stream("a")), Some(StreamVersion::FIRST));
    assert!(nothing.is_empty(), "{nothing:?}");
    assert_eq!(c.version_of(&stream("c")), Some(StreamVersion::new(2)));
    assert_eq!(names(&log(&store).await), ["a", "c", "d"]);
}

/// The outcomes are in the order of the appends, also when there are many.
pub async fn outcomes_come_in_the_order_of_the_appends(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let streams: Vec<_> = (0..100).map(|n| stream(&format!("{}", (n * 37) % 100))).collect();
    let outcomes =
        store.append(streams.iter().map(|stream| Append::new([event(stream, "x")])).collect()).await;
    let receipts: Vec<Receipt> = outcomes.into_iter().map(written).collect();
    let answered: Vec<_> = receipts.iter().map(|receipt| receipt.written[0].stream.clone()).collect();
    assert_eq!(answered, streams, "by the receipts");
    let logged: Vec<_> = log(&store).await.into_iter().map(|event| event.stream).collect();
    assert_eq!(logged, streams, "by the log");
}

/// A later append of a call sees the versions that an earlier one left.
pub async fn a_later_append_of_a_call_sees_the_earlier_ones(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let a = stream("a");
    let at = |version| {
        Append::new([event(&a, "x")]).expect(a.clone(), ExpectedVersion::Exact(StreamVersion::new(version)))
    };
    let outcomes = store.append(vec![at(0), at(1), at(1), at(2)]).await;
    let ok: Vec<_> = outcomes.iter().map(Result::is_ok).collect();
    assert_eq!(ok, [true, true, false, true], "expecting version 0, 1, 1 and 2: {outcomes:?}");
    assert_eq!(versions(&history(&store, &a).await), [1, 2, 3]);
}

/// A failing append does not affect the others of its call, whatever it fails for.
pub async fn a_failing_append_leaves_the_others_of_its_call(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let a = stream("a");
    let taken = event(&a, "taken");
    write(&store, [taken.clone()]).await;
    let fine = |name: &str| Append::new([event(&stream("fine"), name)]);
    let too_large = "x".repeat(limits::METADATA_BYTES);
    let invalid = event(&a, "invalid").with_metadata(factum_core::Metadata::default().with("m", too_large));
    let outcomes = store
        .append(vec![
            fine("1"),
            Append::new([event(&a, "conflict")]).expect(a.clone(), ExpectedVersion::NoStream),
            fine("2"),
            Append::new([event(&a, "beside a duplicate"), taken]),
            fine("3"),
            Append::new([event(&a, "beside an invalid one"), invalid]),
            fine("4"),
        ])
        .await;
    let ok: Vec<_> = outcomes.iter().map(Result::is_ok).collect();
    assert_eq!(ok, [true, false, true, false, true, false, true], "{outcomes:?}");
    assert_eq!(names(&log(&store).await), ["taken", "1", "2", "3", "4"]);
}

/// All events of an append are written, or none: here, none.
pub async fn one_unmet_expectation_keeps_all_events_out(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let (a, b) = (stream("a"), stream("b"));
    let mixed = Append::new([event(&a, "1"), event(&b, "2")])
        .expect(a.clone(), ExpectedVersion::NoStream)
        .expect(b.clone(), ExpectedVersion::StreamExists);
    conflict(append(&store, mixed).await);
    assert!(log(&store).await.is_empty());
    assert!(history(&store, &a).await.is_empty());
    assert_eq!(read(store.head().await), Position::START);
}

/// An append may have as many events as [`limits::EVENTS_PER_APPEND`] says.
pub async fn the_largest_append_is_taken_whole(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let streams: Vec<_> = (0..7).map(|n| stream(&n.to_string())).collect();
    let events: Vec<_> =
        (0..limits::EVENTS_PER_APPEND).map(|n| event(&streams[n % streams.len()], "x")).collect();
    let ids: Vec<_> = events.iter().map(|event| event.id).collect();
    let receipt = write(&store, events).await;
    assert_eq!(receipt.written.len(), streams.len());
    let found: Vec<_> = log(&store).await.into_iter().map(|event| event.id).collect();
    assert!(found == ids, "{} of {} events came back, or in another order", found.len(), ids.len());
}

/// Dropping the future does not take an append back, nor does it cut it in two.
pub async fn an_append_that_nobody_waits_for_is_written_whole_or_not_at_all(
    place: impl Fixture<Store: EventStore>,
) {
    let store = place.open().await;
    let a = stream("a");
    for round in 0..20 {
        let events = (0..5).map(|n| event(&a, &format!("{round}/{n}")));
        let mut appending = pin!(store.append(vec![Append::new(events)]));
        let _ = appending.as_mut().poll(&mut task::Context::from_waker(task::Waker::noop()));
    }
    write(&store, [event(&a, "last")]).await;
    let events = history(&store, &a).await;
    let names = names(&events);
    for round in 0..20 {
        let begin = format!("{round}/");
        let parts: Vec<_> = names.iter().filter(|name| name.starts_with(&begin)).collect();
        assert!(parts.is_empty() || parts.len() == 5, "of append {round} only {parts:?} were written");
    }
}
