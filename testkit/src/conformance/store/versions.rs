//! What a writer may expect of streams, and what it is told when it was wrong.

use crate::conformance::{
    Fixture,
    steps::{
        append, conflict, event, history, log, names, positions, read, stream, types, versions, write,
        written,
    },
};
use ExpectedVersion::{Any, Exact, NoStream, StreamExists};
use factum_core::{
    Append, AppendCondition, AppendError, Conflict, EventReader, EventStore, ExpectedVersion, Position,
    Query, Receipt, StreamVersion,
    invalid::{Field, Reason},
    store::ListStreams,
};

/// Appends an event to `account-a`, which has `length` events, expecting something of it.
async fn expecting(
    place: impl Fixture<Store: EventStore>,
    length: u64,
    expected: ExpectedVersion,
) -> Result<Receipt, AppendError> {
    let store = place.open().await;
    let a = stream("a");
    for _ in 0..length {
        write(&store, [event(&a, "before")]).await;
    }
    let outcome = append(&store, Append::new([event(&a, "new")]).expect(a.clone(), expected)).await;
    let after = history(&store, &a).await.len() as u64;
    assert_eq!(after, length + u64::from(outcome.is_ok()), "events in the stream after {outcome:?}");
    outcome
}

/// As [`expecting`], which has to fail and to say why.
async fn refused(place: impl Fixture<Store: EventStore>, length: u64, expected: ExpectedVersion) {
    let found = conflict(expecting(place, length, expected).await);
    assert_eq!(found, Conflict::version(stream("a"), expected, StreamVersion::new(length)));
}

const fn exact(version: u64) -> ExpectedVersion {
    Exact(StreamVersion::new(version))
}

/// See [`ExpectedVersion::Any`].
pub async fn any_version_is_met_by_a_new_stream(place: impl Fixture<Store: EventStore>) {
    written(expecting(place, 0, Any).await);
}

/// See [`ExpectedVersion::Any`].
pub async fn any_version_is_met_by_an_existing_stream(place: impl Fixture<Store: EventStore>) {
    written(expecting(place, 3, Any).await);
}

/// See [`ExpectedVersion::NoStream`].
pub async fn no_stream_is_met_by_a_new_stream(place: impl Fixture<Store: EventStore>) {
    written(expecting(place, 0, NoStream).await);
}

/// See [`ExpectedVersion::NoStream`].
pub async fn no_stream_conflicts_with_an_existing_stream(place: impl Fixture<Store: EventStore>) {
    refused(place, 3, NoStream).await;
}

/// See [`ExpectedVersion::StreamExists`].
pub async fn an_existing_stream_is_met_by_one(place: impl Fixture<Store: EventStore>) {
    written(expecting(place, 1, StreamExists).await);
}

/// See [`ExpectedVersion::StreamExists`].
pub async fn an_existing_stream_conflicts_with_a_new_one(place: impl Fixture<Store: EventStore>) {
    refused(place, 0, StreamExists).await;
}

/// See [`ExpectedVersion::Exact`].
pub async fn an_exact_version_is_met_by_that_version(place: impl Fixture<Store: EventStore>) {
    written(expecting(place, 3, exact(3)).await);
}

/// The writer has not seen the last event.
pub async fn an_exact_version_conflicts_with_a_longer_stream(place: impl Fixture<Store: EventStore>) {
    refused(place, 3, exact(2)).await;
}

/// The writer has seen what is not there, perhaps in another log.
pub async fn an_exact_version_conflicts_with_a_shorter_stream(place: impl Fixture<Store: EventStore>) {
    refused(place, 3, exact(4)).await;
}

/// A stream without events has no version 1.
pub async fn an_exact_version_conflicts_with_a_new_stream(place: impl Fixture<Store: EventStore>) {
    refused(place, 0, exact(1)).await;
}

/// `Exact(StreamVersion::EMPTY)` means the same as `NoStream`.
pub async fn the_exact_version_zero_is_met_by_a_new_stream(place: impl Fixture<Store: EventStore>) {
    written(expecting(place, 0, exact(0)).await);
}

/// `Exact(StreamVersion::EMPTY)` means the same as `NoStream`.
pub async fn the_exact_version_zero_conflicts_with_an_existing_stream(
    place: impl Fixture<Store: EventStore>,
) {
    refused(place, 1, exact(0)).await;
}

/// No stream is that long, and that is no reason to fail in another way.
pub async fn the_largest_version_is_a_conflict_too(place: impl Fixture<Store: EventStore>) {
    refused(place, 2, Exact(StreamVersion::MAX)).await;
}

/// An expectation is about its own stream, whatever the versions of others.
pub async fn streams_are_told_apart(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let (a, b) = (stream("a"), stream("b"));
    write(&store, [event(&a, "1"), event(&a, "2")]).await;
    let new = Append::new([event(&b, "1")]).expect(b.clone(), NoStream);
    written(append(&store, new).await);
    let next = Append::new([event(&a, "3")]).expect(a.clone(), exact(2));
    written(append(&store, next).await);
    assert_eq!(versions(&history(&store, &a).await), [1, 2, 3]);
}

/// A stream without events in the append is only checked.
pub async fn a_stream_can_be_expected_without_being_written_to(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let (a, b) = (stream("a"), stream("b"));
    write(&store, [event(&b, "1")]).await;
    let to_a = |expected| Append::new([event(&a, "2")]).expect(b.clone(), expected);
    let found = conflict(append(&store, to_a(NoStream)).await);
    assert_eq!(found, Conflict::version(b.clone(), NoStream, StreamVersion::FIRST));
    let receipt = written(append(&store, to_a(exact(1))).await);
    assert_eq!(receipt.version_of(&b), None, "it was not written to");
    assert_eq!(versions(&history(&store, &b).await), [1]);
}

/// Looking at a stream does not make it one.
pub async fn a_stream_that_was_only_expected_does_not_exist(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let (a, b) = (stream("a"), stream("b"));
    written(append(&store, Append::new([event(&a, "1")]).expect(b.clone(), NoStream)).await);
    conflict(append(&store, Append::new([event(&b, "1")]).expect(a.clone(), NoStream)).await);
    let listed = read(store.streams(ListStreams::all()).await);
    assert_eq!(listed.iter().map(|found| &found.stream).collect::<Vec<_>>(), [&a]);
    let new = Append::new([event(&b, "1")]).expect(b.clone(), NoStream);
    written(append(&store, new).await);
}

/// All expectations have to be met, in whatever order they are given.
pub async fn every_expectation_of_an_append_is_checked(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let (a, b) = (stream("a"), stream("b"));
    write(&store, [event(&a, "1")]).await;
    for (first, second) in [((&a, exact(1)), (&b, exact(1))), ((&b, exact(1)), (&a, exact(1)))] {
        let append_ = Append::new([event(&a, "2"), event(&b, "2")])
            .expect(first.0.clone(), first.1)
            .expect(second.0.clone(), second.1);
        let found = conflict(append(&store, append_).await);
        assert_eq!(found, Conflict::version(b.clone(), exact(1), StreamVersion::EMPTY));
    }
    assert_eq!(names(&log(&store).await), ["1"]);
}

/// An append that names two versions for a stream is refused, not decided by one of them.
pub async fn an_expectation_given_twice_is_refused(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let a = stream("a");
    let twice = Append::new([event(&a, "1")]).expect(a.clone(), Any).expect(a.clone(), NoStream);
    match append(&store, twice).await {
        Err(AppendError::Invalid(invalid)) => {
            assert_eq!(invalid.field(), Field::ExpectedVersion);
            assert_eq!(*invalid.reason(), Reason::Twice(a));
        }
        other => panic!("expected a refusal, not {other:?}"),
    }
    assert!(log(&store).await.is_empty());
}

/// A conflict changes nothing: no event, no head, no stream.
pub async fn a_conflict_changes_nothing(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let (a, new) = (stream("a"), stream("new"));
    let head = write(&store, [event(&a, "1")]).await.position();
    let before = log(&store).await;
    let late = Append::new([event(&new, "x"), event(&a, "y"), event(&new, "z")]).expect(a.clone(), NoStream);
    conflict(append(&store, late).await);
    assert_eq!(log(&store).await, before);
    assert_eq!(read(store.head().await), head);
    assert!(history(&store, &new).await.is_empty());
    let listed = read(store.streams(ListStreams::all()).await);
    assert_eq!(listed.len(), 1, "{listed:?}");
}

/// The version after a conflict is the one before it plus one.
pub async fn a_conflict_burns_no_version(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let a = stream("a");
    write(&store, [event(&a, "1")]).await;
    for _ in 0..5 {
        conflict(append(&store, Append::new([event(&a, "x")]).expect(a.clone(), NoStream)).await);
    }
    let next = Append::new([event(&a, "2")]).expect(a.clone(), exact(1));
    assert_eq!(written(append(&store, next).await).version_of(&a), Some(StreamVersion::new(2)));
    assert_eq!(versions(&history(&store, &a).await), [1, 2]);
}

/// Positions are assigned after all checks.
pub async fn a_conflict_burns_no_position(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let a = stream("a");
    write(&store, [event(&a, "1")]).await;
    for _ in 0..5 {
        conflict(append(&store, Append::new([event(&a, "x")]).expect(a.clone(), NoStream)).await);
        let seen = AppendCondition::new(Query::all(), Position::START);
        conflict(append(&store, Append::new([event(&a, "x")]).fail_if(seen)).await);
    }
    write(&store, [event(&a, "2")]).await;
    assert_eq!(positions(&log(&store).await), [1, 2]);
}

/// Versions are checked before the condition.
pub async fn an_unmet_version_is_told_before_an_unmet_condition(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let a = stream("a");
    write(&store, [event(&a, "1")]).await;
    let unmet = Append::new([event(&a, "2")])
        .expect(a.clone(), NoStream)
        .fail_if(AppendCondition::new(types(&["1"]).into(), Position::START));
    let found = conflict(append(&store, unmet).await);
    assert_eq!(found, Conflict::version(a, NoStream, StreamVersion::FIRST));
}
