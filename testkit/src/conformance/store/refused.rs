//! Input that a store refuses, by its limits, with no harm to what is beside it.

use crate::conformance::{
    Fixture,
    steps::{append, event, event_type, event_with, log, names, positions, read, stream, tag, write},
};
use factum_core::{
    Append, AppendError, EventAppender, EventReader, EventStore, Invalid, Metadata, NewEvent, Query,
    QueryItem, Tag,
    invalid::{Field, Reason},
    limits,
    store::ReadLog,
};
use std::error::Error as _;

/// Appends an event that cannot be stored, beside two that can; the append has to be refused as a whole.
async fn refused(place: impl Fixture<Store: EventStore>, invalid: NewEvent) -> Invalid {
    let store = place.open().await;
    let beside = || event(&stream("a"), "beside");
    let outcome = append(&store, Append::new([beside(), invalid, beside()])).await;
    assert!(log(&store).await.is_empty(), "something of a refused append was written");
    write(&store, [beside()]).await;
    match outcome {
        Err(AppendError::Invalid(invalid)) => invalid,
        other => panic!("expected a refusal, not {other:?}"),
    }
}

/// See [`limits::PAYLOAD_BYTES`].
pub async fn too_large_a_payload_is_refused(place: impl Fixture<Store: EventStore>) {
    let invalid = refused(place, event_with(vec![b'x'; limits::PAYLOAD_BYTES + 1])).await;
    assert_eq!(invalid.field(), Field::Payload);
    let (length, limit) = (limits::PAYLOAD_BYTES + 1, limits::PAYLOAD_BYTES);
    assert_eq!(*invalid.reason(), Reason::TooLong { length, limit });
}

/// See [`limits::TAGS`].
pub async fn too_many_tags_are_refused(place: impl Fixture<Store: EventStore>) {
    let tags = (0..=limits::TAGS).map(|n| tag(&format!("t:{n}")));
    let invalid = refused(place, event_with("{}").with_tags(tags)).await;
    assert_eq!(invalid.field(), Field::TagCount);
    assert_eq!(*invalid.reason(), Reason::TooLong { length: limits::TAGS + 1, limit: limits::TAGS });
}

/// See [`limits::METADATA_BYTES`].
pub async fn too_large_metadata_are_refused(place: impl Fixture<Store: EventStore>) {
    let metadata = Metadata::default().with("m", "x".repeat(limits::METADATA_BYTES));
    let invalid = refused(place, event_with("{}").with_metadata(metadata)).await;
    assert_eq!(invalid.field(), Field::Metadata);
    assert!(matches!(invalid.reason(), Reason::TooLong { .. }), "{invalid}");
}

/// A field of the application's own that has the name of a typed one could not be told apart when it is read.
pub async fn metadata_with_a_reserved_name_are_refused(place: impl Fixture<Store: EventStore>) {
    let metadata = Metadata::default().with("actor", "ada");
    let invalid = refused(place, event_with("{}").with_metadata(metadata)).await;
    assert_eq!((invalid.field(), invalid.reason()), (Field::Metadata, &Reason::Reserved("actor")));
}

/// What could be written and not be read again would be in the way of all that follows it.
pub async fn metadata_that_are_nested_too_deeply_are_refused(place: impl Fixture<Store: EventStore>) {
    let deep = (0..1_000).fold(serde_json::json!(1), |inner, _| serde_json::json!([inner]));
    let invalid = refused(place, event_with("{}").with_metadata(Metadata::default().with("m", deep))).await;
    assert_eq!(invalid.field(), Field::Metadata);
    assert!(matches!(invalid.reason(), Reason::Encoding(_)), "{invalid}");
}

/// See [`limits::EVENTS_PER_APPEND`].
pub async fn too_many_events_are_refused(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let many = Append::new((0..=limits::EVENTS_PER_APPEND).map(|_| event(&stream("a"), "x")));
    match append(&store, many).await {
        Err(AppendError::Invalid(invalid)) => assert_eq!(invalid.field(), Field::EventCount),
        other => panic!("expected a refusal, not {other:?}"),
    }
    assert!(log(&store).await.is_empty());
}

/// An append is refused by itself.
pub async fn a_refused_append_leaves_the_others_of_its_call(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let tags = || (0..=limits::TAGS).map(|n| Tag::of("t", n).expect("a tag"));
    let fine = |name: &str| Append::new([event(&stream("a"), name)]);
    let invalid = || Append::new([event(&stream("a"), "x"), event_with("{}").with_tags(tags())]);
    let outcomes = store.append(vec![invalid(), fine("1"), invalid(), fine("2"), invalid()]).await;
    let refused = |outcome: &Result<_, _>| matches!(outcome, Err(AppendError::Invalid(_)));
    let all: Vec<_> = outcomes.iter().map(|outcome| (outcome.is_ok(), refused(outcome))).collect();
    let (written, not) = ((true, false), (false, true));
    assert_eq!(all, [not, written, not, written, not], "{outcomes:?}");
    assert_eq!(names(&log(&store).await), ["1", "2"]);
}

/// Positions are assigned after all checks.
pub async fn a_refused_append_burns_no_position(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    write(&store, [event(&stream("a"), "1")]).await;
    let tags = (0..=limits::TAGS).map(|n| tag(&format!("t:{n}")));
    let invalid = Append::new([event(&stream("a"), "x"), event_with("{}").with_tags(tags)]);
    assert!(append(&store, invalid).await.is_err());
    let twice = event(&stream("a"), "x");
    assert!(append(&store, Append::new([twice.clone(), twice])).await.is_err());
    write(&store, [event(&stream("a"), "2")]).await;
    assert_eq!(positions(&log(&store).await), [1, 2]);
}

/// A read may have as many terms as [`limits::QUERY_TERMS`] says, and is refused with more.
pub async fn a_read_with_too_many_terms_is_refused(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    write(&store, [event(&stream("a"), "t7")]).await;
    let query = |count| Query::from(QueryItem::types((0..count).map(|n| event_type(&format!("t{n}")))));
    assert_eq!(read(store.read_log(ReadLog::new(query(limits::QUERY_TERMS))).await).events.len(), 1);
    let refused = store.read_log(ReadLog::new(query(limits::QUERY_TERMS + 1))).await.err();
    let refused = refused.expect("too many terms are an error");
    let why = refused.source().and_then(|source| source.downcast_ref::<Invalid>());
    assert_eq!(why.map(Invalid::field), Some(Field::Query), "the source of {refused:?}");
}
