use crate::cloud_event::{Attribute, CloudEvent, CloudEventError, extension};
use factum_core::{
    EventEnum, EventId, EventType, Metadata, NewEvent, Position, RecordedEvent, StreamVersion, Tag,
    Timestamp,
    event::{Codec, CodecError, DecodeError, Encoded, Event, EventDescriptor, Json},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn recorded() -> RecordedEvent {
    let mut metadata = Metadata::default().with("channel", "branch");
    metadata.correlation_id = Some(Uuid::from_u128(1).into());
    metadata.causation_id = Some(Uuid::from_u128(2).into());
    metadata.actor = Some("clerk-7".to_owned());
    metadata.tenant = Some("north".to_owned());
    metadata.traceparent = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned());
    metadata.command = Some("Pay".to_owned());
    metadata.idempotency_key = Some("secret".to_owned());
    let id = EventId(Uuid::from_u128(3));
    let mut event = NewEvent::from_parts(
        id,
        "order-7-a".parse().unwrap(),
        EventType::from_static("order.paid"),
        r#"{"amount":1.50}"#,
    )
    .with_time(time("2026-01-02T03:04:05.678901Z"))
    .with_tags([Tag::of("customer", "\"ada\"").unwrap(), Tag::new("x\u{fffe}\u{10ffff}").unwrap()])
    .with_metadata(metadata);
    event.type_version = 2;
    event.recorded(Position::new(12), StreamVersion::new(3), time("2026-01-02T03:04:06Z"))
}

#[test]
fn an_event_of_the_log_has_the_attributes_of_the_table() {
    let event = CloudEvent::of(&recorded(), "/shop").unwrap();
    let uuid = |n| Uuid::from_u128(n).to_string();
    assert_eq!(
        (event.id, event.source, event.event_type),
        (uuid(3), "/shop".to_owned(), "order.paid".to_owned())
    );
    assert_eq!(event.subject.as_deref(), Some("order-7-a"));
    assert_eq!(event.time, Some(time("2026-01-02T03:04:05.678901Z")));
    assert_eq!(event.content_type.as_deref(), Some("application/json"));
    assert_eq!(event.data.as_deref(), Some(&br#"{"amount":1.50}"#[..]));
    let extensions: BTreeMap<_, _> =
        event.extensions.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let expected: BTreeMap<&str, Attribute> = BTreeMap::from([
        (extension::PARTITION_KEY, "order-7-a".into()),
        (extension::SEQUENCE, "0000000000000000003".into()),
        (extension::LOG_POSITION, "12".into()),
        (extension::SCHEMA_VERSION, 2.into()),
        (extension::RECORDED_TIME, "2026-01-02T03:04:06Z".into()),
        (extension::CORRELATION_ID, uuid(1).into()),
        (extension::CAUSATION_ID, uuid(2).into()),
        (extension::TRACE_PARENT, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into()),
        (extension::ACTOR, "clerk-7".into()),
        (extension::TENANT, "north".into()),
        (extension::TAGS, r#"["customer:\"ada\"","x\ufffe\udbff\udfff"]"#.into()),
    ]);
    assert_eq!(extensions, expected);
}

#[test]
fn what_the_application_keeps_for_itself_is_not_published() {
    let event = recorded();
    let json = String::from_utf8(CloudEvent::of(&event, "/shop").unwrap().to_json().into()).unwrap();
    for own in ["channel", "branch", "secret", "Pay"] {
        assert!(!json.contains(own), "{own} in {json}");
    }
    let mut public = event.clone();
    public.metadata.fields.clear();
    (public.metadata.command, public.metadata.idempotency_key) = (None, None);
    assert_eq!(CloudEvent::from_json(json.as_bytes()).unwrap().to_recorded().unwrap(), public);
}

#[test]
fn an_event_with_nothing_beside_it_has_few_attributes() {
    let event = NewEvent::from_parts(
        EventId(Uuid::from_u128(3)),
        "a-1".parse().unwrap(),
        EventType::from_static("t"),
        &b"\xff"[..],
    )
    .recorded(Position::new(1), StreamVersion::FIRST, time("+12026-01-02T03:04:06Z"));
    let told = CloudEvent::of(&event, "/").unwrap();
    assert_eq!((told.time, told.content_type.as_deref()), (None, Some("application/octet-stream")));
    let names: Vec<_> = told.extensions.keys().map(AsRef::as_ref).collect();
    assert_eq!(names, ["logposition", "partitionkey", "schemaversion", "sequence"]);
}

#[test]
fn what_the_specification_forbids_is_named() {
    let refused = |event: &RecordedEvent, source| CloudEvent::of(event, source).unwrap_err().to_string();
    assert_eq!(refused(&recorded(), ""), "source is empty");
    assert_eq!(refused(&recorded(), "my shop"), "source has the character ' ' at byte 2");
    let mut event = recorded();
    event.metadata.actor = Some("a\nb".to_owned());
    assert_eq!(refused(&event, "/"), r"actor has the character '\n' at byte 1");
    let mut event = recorded();
    event.stream = "a-\u{fdd0}".parse().unwrap();
    assert_eq!(refused(&event, "/"), r"subject has the character '\u{fdd0}' at byte 2");
}

#[test]
fn an_event_of_another_system_gets_what_it_lacks() {
    let event = CloudEvent::new("7", "https://example.com/a", "t")
        .unwrap()
        .with_time(time("2026-01-02T03:04:05.1234567Z"));
    let read = event.to_recorded().unwrap();
    assert_eq!(read, event.to_recorded().unwrap(), "the same each time");
    assert_eq!(read.stream.as_str(), "source-https://example.com/a");
    assert_eq!((read.version, read.position, read.type_version), (StreamVersion::FIRST, Position::START, 1));
    assert_eq!(read.payload, "null");
    assert_eq!(
        (read.time, read.recorded_at),
        (time("2026-01-02T03:04:05.123456Z"), time("2026-01-02T03:04:05.123456Z"))
    );
    assert!(read.tags.is_empty() && read.metadata.is_empty());
    assert_eq!(read.id.0.get_version_num(), 5);
    let elsewhere = CloudEvent { source: "/b".to_owned(), ..event.clone() }.to_recorded().unwrap();
    assert_ne!(elsewhere.id, read.id, "an id is unique in its source only");

    // Never to change: such ids are in people's inboxes.
    assert_eq!(read.id.to_string(), "0f66fe93-1377-5820-8023-6fc087cec96c");

    let timeless = CloudEvent { time: None, ..event.clone() };
    assert!((factum_core::store::now() - timeless.to_recorded().unwrap().time).num_seconds() < 60);
    let recorded = timeless.with_extension("recordedtime", "2026-01-02T03:04:06+01:00").unwrap();
    assert_eq!(recorded.to_recorded().unwrap().time, time("2026-01-02T02:04:06Z"));
    let bytes = event.with_content_type("text/plain").unwrap();
    assert_eq!(bytes.to_recorded().unwrap().payload, "");
}

#[test]
fn a_stream_is_the_subject_or_else_made_of_the_source() {
    let stream = |source: &str, subject: Option<&str>| {
        let mut event = CloudEvent::new("7", source, "t").unwrap();
        event.subject = subject.map(str::to_owned);
        event.to_recorded().unwrap().stream.to_string()
    };
    assert_eq!(stream("/s", Some("order-7")), "order-7");
    assert_eq!(stream("/s", Some("7")), "source-/s 7");
    assert_eq!(stream("/s", None), "source-/s");
    let long = format!("/{}", "x".repeat(2_000));
    assert_eq!(stream(&long, None), stream(&long, None));
    assert_ne!(stream(&long, None), stream(&long, Some("7")));
    assert_eq!(stream(&long, None).len(), "source-".len() + 36);
}

#[test]
fn attributes_of_another_meaning_are_left_aside() {
    let event = |name: &str, value: Attribute| {
        let event = CloudEvent::new("7", "/s", "t").unwrap().with_extension(name, value).unwrap();
        event.to_recorded().unwrap()
    };
    for (value, version) in [
        (Attribute::from("7"), 7),
        (7.into(), 7),
        ("0".into(), 1),
        ("-7".into(), 1),
        ("b7".into(), 1),
        (true.into(), 1),
    ] {
        assert_eq!(event("sequence", value.clone()).version.get(), version);
        assert_eq!(u64::from(event("schemaversion", value).type_version), version);
    }
    assert_eq!(event("schemaversion", "4294967295".into()).type_version, u32::MAX);
    assert_eq!(event("schemaversion", "4294967296".into()).type_version, 1);
    assert_eq!(event("logposition", "18446744073709551616".into()).position, Position::START);
    for tags in ["a,b", "[1]", r#"["a",""]"#, "{}", "[\"a\\n\"]"] {
        assert!(event("tags", tags.into()).tags.is_empty());
    }
    assert_eq!(event("actor", 7.into()).metadata.actor.as_deref(), Some("7"));
    let correlated = |source: &str| {
        let event =
            CloudEvent::new("7", source, "t").unwrap().with_extension("correlationid", "txn-1").unwrap();
        let event = event.with_extension("causationid", "7").unwrap();
        event.to_recorded().unwrap()
    };
    let (one, other) = (correlated("/a"), correlated("/b"));
    assert_eq!(one.metadata.correlation_id, other.metadata.correlation_id);
    assert_eq!(one.metadata.causation_id.unwrap().0, one.id.0, "as the event with that id has it");
    assert_ne!(one.metadata.causation_id, other.metadata.causation_id);
}

#[test]
fn a_type_that_no_log_can_hold_is_refused() {
    let event = CloudEvent::new("7", "/s", "t".repeat(300)).unwrap();
    let refused = event.to_recorded().unwrap_err().to_string();
    assert_eq!(refused, "type is refused: event type has 300 bytes, the limit is 256");
    assert!(event.decode::<Paid>().unwrap().is_none(), "nobody asked for it");
}

/// Version 1 had whole numbers.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Amount {
    amount: String,
}

impl Event for Amount {
    const TYPE: &'static str = "order.paid";
    const VERSION: u32 = 2;
    type Codec = Json;

    fn decode(version: u32, payload: &[u8]) -> Result<Self, CodecError> {
        #[derive(Deserialize)]
        struct V1 {
            amount: u32,
        }
        match version {
            1 => Json::read::<V1>(payload).map(|v1| Self { amount: v1.amount.to_string() }),
            _ => Json::decode(payload),
        }
    }
}

#[derive(Debug, PartialEq)]
struct Paid(Amount);

impl EventEnum for Paid {
    const TYPES: &'static [EventDescriptor] = &[EventDescriptor::of::<Amount>()];

    fn encode(&self) -> Result<Encoded, CodecError> {
        Encoded::of(&self.0)
    }

    fn decode(event: &RecordedEvent) -> Result<Self, DecodeError> {
        match event.event_type.as_str() {
            Amount::TYPE => Amount::decode(event.type_version, &event.payload)
                .map(Self)
                .map_err(|source| DecodeError::payload(event, source)),
            _ => Err(DecodeError::unknown_type(event)),
        }
    }
}

#[test]
fn an_event_is_decoded_with_its_older_versions() {
    let event = |data: &'static str| CloudEvent::new("7", "/s", "order.paid").unwrap().with_data(data);
    let amount = |event: &CloudEvent| event.decode::<Paid>().map(|paid| paid.map(|paid| paid.event.0.amount));
    assert_eq!(amount(&event(r#"{"amount":30}"#)).unwrap().as_deref(), Some("30"));
    let present = event(r#"{"amount":"3.0"}"#).with_extension("schemaversion", 2).unwrap();
    assert_eq!(amount(&present).unwrap().as_deref(), Some("3.0"));
    let refused = amount(&present.with_extension("schemaversion", 1).unwrap()).unwrap_err();
    assert!(matches!(&refused, CloudEventError::Data(why) if !why.is_unknown_type()), "{refused}");
    assert_eq!(amount(&CloudEvent::new("7", "/s", "order.shipped").unwrap()).unwrap(), None);
}
