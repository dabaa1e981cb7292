use factum_core::{
    Append, Category, ConsumerName, EventType, Invalid, Keys, MessageKey, Metadata, NewEvent, Query,
    QueryItem, StreamId, Tag,
    invalid::{Field, Reason},
    limits,
    projection::KeyError,
    sink::Collection,
    store::{ListStreams, ReadLog, ReadStream},
};
use std::fmt::Debug;

/// The largest that is allowed is, and one more is refused with what, how much and how much is allowed.
fn edge<T: Debug>(field: Field, limit: usize, make: impl Fn(usize) -> Result<T, Invalid>) {
    make(limit).unwrap_or_else(|refused| panic!("{limit} is allowed: {refused}"));
    let refused = make(limit + 1).unwrap_err();
    assert_eq!((refused.field(), refused.reason()), (field, &Reason::TooLong { length: limit + 1, limit }));
    let message = refused.to_string();
    assert!(message.ends_with(&format!("the limit is {limit}")), "{message}");
}

fn a(bytes: usize) -> String {
    "a".repeat(bytes)
}

fn event() -> NewEvent {
    NewEvent::new(StreamId::new("a", "1").unwrap(), EventType::from_static("T"), "{}")
}

#[test]
fn of_text() {
    edge(Field::Category, limits::CATEGORY_BYTES, |n| Category::new(a(n)));
    edge(Field::Category, limits::CATEGORY_BYTES, |n| StreamId::new(&a(n), "k"));
    edge(Field::StreamKey, limits::STREAM_KEY_BYTES, |n| StreamId::new("c", &a(n)));
    edge(Field::StreamKey, limits::STREAM_KEY_BYTES, |n| format!("c-{}", a(n)).parse::<StreamId>());
    edge(Field::EventType, limits::EVENT_TYPE_BYTES, |n| EventType::new(a(n)));
    edge(Field::Tag, limits::TAG_BYTES, |n| Tag::new(a(n)));
    edge(Field::Tag, limits::TAG_BYTES, |n| Tag::of("a", a(n - 2)));
    edge(Field::ConsumerName, limits::CONSUMER_NAME_BYTES, |n| ConsumerName::new(a(n)));
    edge(Field::ConsumerName, limits::CONSUMER_NAME_BYTES, |n| ConsumerName::from_static(a(n).leak()));
    edge(Field::MessageKey, limits::MESSAGE_KEY_BYTES, |n| MessageKey::new(a(n)));
    edge(Field::CollectionName, limits::COLLECTION_NAME_BYTES, |n| Collection::new(&*a(n).leak(), 1));
}

#[test]
fn of_bytes_and_not_of_characters() {
    let two_bytes_each = "é".repeat(limits::TAG_BYTES / 2);
    assert!(Tag::new(&two_bytes_each).is_ok());
    assert_eq!(Tag::new(format!("{two_bytes_each}é")).unwrap_err().field(), Field::Tag);
}

#[test]
fn of_an_event() {
    edge(Field::Payload, limits::PAYLOAD_BYTES, |n| {
        let mut event = event();
        event.payload = vec![b'1'; n].into();
        event.check()
    });
    edge(Field::TagCount, limits::TAGS, |n| {
        event().with_tags((0..n).map(|i| Tag::of("t", i).unwrap())).check()
    });
    let frame = r#"{"actor":""}"#.len();
    edge(Field::Metadata, limits::METADATA_BYTES, |n| {
        let mut metadata = Metadata::default();
        metadata.actor = Some(a(n - frame));
        assert_eq!(metadata.to_bytes().map(|bytes| bytes.map_or(0, |bytes| bytes.len())).unwrap_or(n), n);
        event().with_metadata(metadata).check()
    });
}

#[test]
fn of_an_append() {
    let event = event();
    edge(Field::EventCount, limits::EVENTS_PER_APPEND, |n| {
        Append::new(std::iter::repeat_n(event.clone(), n)).check()
    });
}

#[test]
fn of_a_query() {
    let tag = Tag::new("t").unwrap();
    edge(Field::Query, limits::QUERY_TERMS, |n| {
        Query::from(QueryItem::tags(std::iter::repeat_n(tag.clone(), n))).check()
    });
    let item = QueryItem::types([EventType::from_static("T")]).tag(tag).category(Category::new("c").unwrap());
    assert_eq!(limits::QUERY_TERMS % 3, 1, "the items below come to one less than the limit, or to two more");
    let all = |items: usize| Query::any_of(std::iter::repeat_n(item.clone(), items));
    assert!(all(limits::QUERY_TERMS / 3).check().is_ok());
    let refused = all(limits::QUERY_TERMS / 3 + 1).check().unwrap_err();
    assert_eq!(refused.to_string(), "query has 1002 types, tags and categories, the limit is 1000");
}

#[test]
fn of_a_page() {
    let log = |n| ReadLog::new(Query::all()).limit(n).limit.get();
    let stream = |n| ReadStream::new("a-1".parse().unwrap()).limit(n).limit.get();
    let streams = |n| ListStreams::all().limit(n).limit.get();
    for (asked, given) in [
        (0, 1),
        (1, 1),
        (limits::PAGE_EVENTS, limits::PAGE_EVENTS),
        (limits::PAGE_EVENTS + 1, limits::PAGE_EVENTS),
        (usize::MAX, limits::PAGE_EVENTS),
    ] {
        assert_eq!([log(asked), stream(asked), streams(asked)], [given; 3]);
    }
}

#[test]
fn of_the_key_of_a_document() {
    edge(Field::DocumentKey, limits::DOCUMENT_KEY_BYTES, |n| {
        Keys::one(a(n)).printed().map_err(|error| match error {
            KeyError::Invalid(refused) => refused,
            other => panic!("{other}"),
        })
    });
}
