//! Everything else about an event comes back as it was written too.

use crate::conformance::{
    Fixture,
    steps::{event, event_type, event_with, history, log, names, stream, stream_of, tag, write},
};
use factum_core::{
    CausationId, CorrelationId, EventStore, EventType, Metadata, NewEvent, RecordedEvent, Tag, Timestamp,
    limits,
};
use serde_json::{Value, json};

async fn come_back(place: impl Fixture<Store: EventStore>, events: Vec<NewEvent>) -> Vec<RecordedEvent> {
    let store = place.open().await;
    let count = events.len();
    write(&store, events).await;
    let found = log(&store).await;
    assert_eq!(found.len(), count, "events came back");
    found
}

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// An event is the same, however it is read.
pub async fn the_log_and_the_stream_give_the_same_event(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let a = stream("a");
    let full = event(&a, "1")
        .with_tags([tag("x:1"), tag("y:2")])
        .with_time(time("2012-02-29T23:59:59.123456Z"))
        .with_metadata(Metadata::default().with("channel", "branch"));
    write(&store, [full, event(&a, "2")]).await;
    assert_eq!(log(&store).await, history(&store, &a).await);
}

/// The order of an event's tags is its writer's, not the alphabet's.
pub async fn tags_come_back_in_their_order(place: impl Fixture<Store: EventStore>) {
    let tags = ["z:1", "a:2", "m:3", "B:4", "b:5"].map(tag);
    let found = come_back(place, vec![event_with("{}").with_tags(tags.clone()), event_with("{}")]).await;
    assert_eq!(found[0].tags, tags);
    assert_eq!(found[1].tags, []);
}

/// A tag that is given twice is there twice.
pub async fn repeated_tags_come_back(place: impl Fixture<Store: EventStore>) {
    let tags = ["b", "a", "b", "b"].map(tag);
    let found = come_back(place, vec![event_with("{}").with_tags(tags.clone())]).await;
    assert_eq!(found[0].tags, tags);
}

/// A tag may have any character but control characters, so none of them can separate tags.
pub async fn tags_of_any_text_come_back(place: impl Fixture<Store: EventStore>) {
    let tags =
        [" ", "a,b", "a;b", "a|b", "\u{2028}", "%", "'", "\"", "\\", "{}", "[\"a\"]", "\u{df}", "\u{1f600}"]
            .map(tag);
    let found = come_back(place, vec![event_with("{}").with_tags(tags.clone())]).await;
    assert_eq!(found[0].tags, tags);
}

/// See [`limits::TAGS`] and [`limits::TAG_BYTES`].
pub async fn as_many_and_as_long_tags_as_allowed_come_back(place: impl Fixture<Store: EventStore>) {
    let tags: Vec<Tag> =
        (0..limits::TAGS).map(|n| tag(&format!("{n:02}{}", "t".repeat(limits::TAG_BYTES - 2)))).collect();
    let found = come_back(place, vec![event_with("{}").with_tags(tags.clone())]).await;
    assert_eq!(found[0].tags, tags);
}

/// See [`Metadata`].
pub async fn metadata_come_back(place: impl Fixture<Store: EventStore>) {
    let id = |text: &str| text.parse().expect("an id");
    let mut metadata = Metadata::default().with("channel", "branch").with("tries", 3);
    metadata.correlation_id = Some(CorrelationId(id("67e55044-10b1-426f-9247-bb680e5fe0c8")));
    metadata.causation_id = Some(CausationId(id("00000000-0000-0000-0000-000000000002")));
    metadata.actor = Some("clerk-7".into());
    metadata.tenant = Some("acme".into());
    metadata.traceparent = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into());
    let events = vec![event_with("{}").with_metadata(metadata.clone()), event_with("{}")];
    let found = come_back(place, events).await;
    assert_eq!(found[0].metadata, metadata);
    assert!(found[1].metadata.is_empty(), "{:?}", found[1].metadata);
}

/// Metadata are JSON of any shape.
pub async fn metadata_of_every_shape_come_back(place: impl Fixture<Store: EventStore>) {
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    let values: Vec<Value> = vec![
        json!(null),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(0.1 + 0.2),
        json!(f64::MAX),
        json!(5e-324),
        json!(-0.0),
        json!("\0\u{1}\u{7f}\u{2028}\u{1f600}"),
        json!({"z": 1, "a": {"": []}}),
        deep,
    ];
    let metadata: Vec<_> = values.into_iter().map(|value| Metadata::default().with("value", value)).collect();
    let events = metadata.iter().map(|metadata| event_with("{}").with_metadata(metadata.clone())).collect();
    let found: Vec<_> = come_back(place, events).await.into_iter().map(|event| event.metadata).collect();
    assert_eq!(found, metadata);
}

/// See [`limits::METADATA_BYTES`].
pub async fn the_largest_metadata_come_back(place: impl Fixture<Store: EventStore>) {
    // {"m":"…"}
    let metadata = Metadata::default().with("m", "x".repeat(limits::METADATA_BYTES - 8));
    let bytes = metadata.to_bytes().expect("within the limit").expect("not empty");
    assert_eq!(bytes.len(), limits::METADATA_BYTES, "the suite counts wrong");
    let found = come_back(place, vec![event_with("{}").with_metadata(metadata.clone())]).await;
    assert!(found[0].metadata == metadata, "not the metadata that were written");
}

/// The version of a payload's shape is kept beside its type, for each event.
pub async fn type_versions_come_back(place: impl Fixture<Store: EventStore>) {
    let versions = [1, 7, 2, u32::MAX, 1];
    let events = versions.map(|version| {
        let mut event = event_with("{}");
        event.type_version = version;
        event
    });
    let found = come_back(place, events.into()).await;
    assert_eq!(found.iter().map(|event| event.type_version).collect::<Vec<_>>(), versions);
}

/// A name may have any character but control characters.
pub async fn names_of_any_text_come_back(place: impl Fixture<Store: EventStore>) {
    let name = "Gr\u{f6}\u{df}e '\" -- \u{1f600}";
    let streams = [
        ("a b", "gr\u{f6}\u{df}e \u{1f600}"),
        ("'", "\"; --"),
        ("%", "_%"),
        ("c", " leading and trailing "),
        ("c", "with-dashes--and-more-"),
        ("c", "../../etc"),
        ("\\", "a/b\\c"),
        ("\u{e9}", "NULL"),
    ]
    .map(|(category, key)| stream_of(category, key));
    let store = place.open().await;
    write(&store, streams.iter().map(|stream| NewEvent::new(stream.clone(), event_type(name), "{}"))).await;
    for (stream, found) in streams.iter().zip(log(&store).await) {
        assert_eq!((&found.stream, found.event_type.as_str(), found.version.get()), (stream, name, 1));
        assert_eq!(history(&store, stream).await, [found]);
    }
}

/// See [`limits::CATEGORY_BYTES`], [`limits::STREAM_KEY_BYTES`] and [`limits::EVENT_TYPE_BYTES`].
pub async fn names_as_long_as_allowed_come_back(place: impl Fixture<Store: EventStore>) {
    let longest = stream_of(&"c".repeat(limits::CATEGORY_BYTES), &"k".repeat(limits::STREAM_KEY_BYTES));
    let name = EventType::new("t".repeat(limits::EVENT_TYPE_BYTES)).expect("a type");
    let store = place.open().await;
    write(&store, [NewEvent::new(longest.clone(), name.clone(), "{}")]).await;
    let found = history(&store, &longest).await;
    assert_eq!((&found[0].stream, &found[0].event_type), (&longest, &name));
}

/// Keys are bytes: neither case, nor spaces, nor Unicode forms are the same.
pub async fn streams_with_similar_keys_are_told_apart(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let keys = ["a", "A", "a ", " a", "\u{e9}", "e\u{301}", "a-", "-a", "1", "01", "1.0"];
    for key in keys {
        write(&store, [event(&stream(key), "x")]).await;
    }
    for (category, key) in [("Account", "a"), ("account ", "a"), ("accounta", "a")] {
        write(&store, [event(&stream_of(category, key), "x")]).await;
    }
    for key in keys {
        assert_eq!(history(&store, &stream(key)).await.len(), 1, "events in the stream with the key {key:?}");
    }
}

/// Types are bytes too.
pub async fn similar_types_are_told_apart(place: impl Fixture<Store: EventStore>) {
    let types = ["Opened", "opened", "Opened ", "\u{e9}", "e\u{301}", "Opened"];
    let found = come_back(place, types.map(|name| event(&stream("a"), name)).into()).await;
    assert_eq!(names(&found), types);
}

/// A time is kept to the microsecond.
pub async fn times_come_back_to_the_microsecond(place: impl Fixture<Store: EventStore>) {
    let times = ["2012-02-29T23:59:59.123456Z", "2016-12-31T23:59:59.999999Z", "2024-01-01T00:00:00.000001Z"]
        .map(time);
    let found = come_back(place, times.map(|time| event_with("{}").with_time(time)).into()).await;
    assert_eq!(found.iter().map(|event| event.time).collect::<Vec<_>>(), times);
    assert!(found.iter().all(|event| event.recorded_at > event.time), "recorded before they happened");
}

/// Negative numbers of microseconds round the other way.
pub async fn times_before_1970_come_back(place: impl Fixture<Store: EventStore>) {
    let times = [
        "1969-12-31T23:59:59.999999Z",
        "1970-01-01T00:00:00Z",
        "1948-01-26T22:59:00.000001Z",
        "1492-10-12T02:00:00Z",
    ]
    .map(time);
    let found = come_back(place, times.map(|time| event_with("{}").with_time(time)).into()).await;
    assert_eq!(found.iter().map(|event| event.time).collect::<Vec<_>>(), times);
}

/// Until the last year of four digits.
pub async fn times_far_ahead_come_back(place: impl Fixture<Store: EventStore>) {
    let times =
        ["2038-01-19T03:14:08Z", "2262-04-11T23:47:16.854776Z", "9999-12-31T23:59:59.999999Z"].map(time);
    let found = come_back(place, times.map(|time| event_with("{}").with_time(time)).into()).await;
    assert_eq!(found.iter().map(|event| event.time).collect::<Vec<_>>(), times);
}

/// An event happened when it was recorded, unless its writer says otherwise.
pub async fn an_event_without_a_time_happened_when_it_was_recorded(place: impl Fixture<Store: EventStore>) {
    let found = come_back(place, vec![event_with("{}")]).await;
    assert_eq!(found[0].time, found[0].recorded_at);
    let whole = time("2000-01-01T00:00:00Z");
    assert!(found[0].recorded_at > whole, "recorded at {}", found[0].recorded_at);
}
