use crate::stores::{Store, event, log, on_every_store, stream};
use factum::{
    Append, AppendCondition, AppendError, Category, CausationId, CorrelationId, EventType, Metadata,
    NewEvent, Position, Query, QueryItem, StreamId, Tag, Timestamp, limits,
    store::{EventAppenderExt, EventReader, ListStreams, ReadLog},
    uuid::Uuid,
};

on_every_store! {
    payloads_to_the_byte,
    every_part_of_an_event,
    hostile_names,
    a_large_payload,
    what_is_too_large_is_refused_by_name,
    a_query_with_too_many_terms_is_refused,
    times_from_long_ago_and_far_ahead,
    streams_are_listed_by_category_and_key,
}

async fn one(store: &impl Store, event: NewEvent) -> factum::RecordedEvent {
    let receipt = store.append_one(Append::new([event])).await.unwrap();
    let mut log = log(store).await;
    log.retain(|event| event.position == receipt.position());
    log.pop().unwrap()
}

async fn payloads_to_the_byte(store: impl Store) {
    let payloads: [&[u8]; 8] = [
        b"",
        b"{ \"b\" : 1,\t\"a\":2 }\n",
        br#"{"n":123456789012345678901234567890.0000,"z":"\u0000 \ud83d\ude00"}"#,
        "{\"ä\":\"\u{1f600}\"}".as_bytes(),
        b"nul \0 inside",
        &[0, 159, 146, 150, 255],
        b"'; DROP TABLE factum_events; --",
        b"null",
    ];
    for payload in payloads {
        let event = NewEvent::new(stream("a"), EventType::from_static("x"), payload);
        assert_eq!(one(&store, event).await.payload, payload);
    }
}

async fn every_part_of_an_event(store: impl Store) {
    let mut metadata = Metadata::default().with("channel", "branch").with("tries", 3);
    metadata.correlation_id = Some(CorrelationId(Uuid::from_u128(1)));
    metadata.causation_id = Some(CausationId(Uuid::from_u128(2)));
    metadata.actor = Some("clerk-7".into());
    metadata.tenant = Some("acme".into());
    metadata.traceparent = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into());
    let time: Timestamp = "2012-02-29T23:59:59.123456Z".parse().unwrap();
    let tags = ["z:1", "a:2", "m \u{1f600}"].map(|tag| Tag::new(tag).unwrap());
    let mut new =
        event(&stream("a"), "x").with_metadata(metadata.clone()).with_time(time).with_tags(tags.clone());
    new.type_version = 7;
    let id = new.id;

    let read = one(&store, new).await;
    assert_eq!((read.id, read.type_version, read.time, read.metadata), (id, 7, time, metadata));
    assert_eq!(read.tags, tags, "in the order in which they were written");
    assert!(read.recorded_at > time);

    let plain = one(&store, event(&stream("a"), "x")).await;
    assert_eq!(
        plain.time, plain.recorded_at,
        "an event happened when it was recorded, unless its writer says otherwise"
    );
    assert!(plain.tags.is_empty() && plain.metadata.is_empty());
}

async fn hostile_names(store: impl Store) {
    for (category, key) in [
        ("a b", "größe \u{1f600}"),
        ("'", "\"; --"),
        ("%", "_%"),
        ("c", " leading and trailing "),
        ("c", &"k".repeat(limits::STREAM_KEY_BYTES)),
    ] {
        let id = StreamId::new(category, key).unwrap();
        let read = one(&store, event(&id, "Größe '\" --")).await;
        assert_eq!((read.stream, read.version.get()), (id, 1));
        assert_eq!(read.event_type.as_str(), "Größe '\" --");
    }
}

async fn a_large_payload(store: impl Store) {
    let payload = "x".repeat(5_000_000);
    let event = NewEvent::new(stream("a"), EventType::from_static("x"), payload.clone());
    assert_eq!(one(&store, event).await.payload, payload);
}

async fn what_is_too_large_is_refused_by_name(store: impl Store) {
    let huge = NewEvent::new(stream("a"), EventType::from_static("x"), vec![b'x'; limits::PAYLOAD_BYTES + 1]);
    let chatty = event(&stream("a"), "x")
        .with_metadata(Metadata::default().with("m", "x".repeat(limits::METADATA_BYTES)));
    let tags = (0..=limits::TAGS).map(|n| Tag::of("t", n).unwrap());
    for (event, message) in [
        (huge, "payload has 16777217 bytes, the limit is 16777216"),
        (chatty, "metadata has 65544 bytes, the limit is 65536"),
        (event(&stream("a"), "x").with_tags(tags), "list of tags has 65 tags, the limit is 64"),
    ] {
        match store.append_one(Append::new([event])).await {
            Err(AppendError::Invalid(invalid)) => assert_eq!(invalid.to_string(), message),
            other => panic!("expected a refusal, not {other:?}"),
        }
    }
    assert!(log(&store).await.is_empty());
}

async fn times_from_long_ago_and_far_ahead(store: impl Store) {
    for time in [
        "1948-01-26T22:59:00Z",
        "1969-12-31T23:59:59.999999Z",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
    ] {
        let time: Timestamp = time.parse().unwrap();
        assert_eq!(one(&store, event(&stream("a"), "x").with_time(time)).await.time, time);
    }
}

async fn streams_are_listed_by_category_and_key(store: impl Store) {
    for id in ["b-1", "a b-1", "a-2", "a-10", "a-1", "a-2"] {
        crate::stores::append(&store, &id.parse().unwrap(), "x").await;
    }
    let list = async |request: ListStreams| -> Vec<String> {
        let streams = EventReader::streams(&store, request).await.unwrap();
        streams.iter().map(|s| format!("{}@{}", s.stream, s.version)).collect()
    };
    let a = || Category::new("a").unwrap();
    assert_eq!(list(ListStreams::all()).await, ["a-1@1", "a-10@1", "a-2@2", "a b-1@1", "b-1@1"]);
    assert_eq!(list(ListStreams::all().limit(2)).await, ["a-1@1", "a-10@1"]);
    assert_eq!(list(ListStreams::all().after("a-10".parse().unwrap())).await, ["a-2@2", "a b-1@1", "b-1@1"]);
    assert_eq!(list(ListStreams::of(a()).after("a-1".parse().unwrap())).await, ["a-10@1", "a-2@2"]);
    assert_eq!(list(ListStreams::of(a()).after("b-1".parse().unwrap())).await, Vec::<String>::new());
}

async fn a_query_with_too_many_terms_is_refused(store: impl Store) {
    let query =
        |terms| Query::from(QueryItem::types((0..terms).map(|n| EventType::new(format!("t{n}")).unwrap())));
    store.read_log(ReadLog::new(query(limits::QUERY_TERMS))).await.unwrap();
    let refused = store.read_log(ReadLog::new(query(limits::QUERY_TERMS + 1))).await.unwrap_err();
    let why = std::error::Error::source(&refused).unwrap().to_string();
    assert_eq!(why, "query has 1001 types, tags and categories, the limit is 1000");

    let condition = |terms| AppendCondition::new(query(terms), Position::START);
    let append = |terms| Append::new([event(&stream("a"), "x")]).fail_if(condition(terms));
    store.append_one(append(limits::QUERY_TERMS)).await.unwrap();
    assert!(matches!(store.append_one(append(limits::QUERY_TERMS + 1)).await, Err(AppendError::Invalid(_))));
}
