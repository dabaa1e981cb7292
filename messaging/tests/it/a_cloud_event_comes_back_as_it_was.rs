use factum::{
    CausationId, CorrelationId, EventId, EventType, Metadata, NewEvent, Position, RecordedEvent, StreamId,
    StreamVersion, Tag, Timestamp,
};
use factum_messaging::{
    CloudEvent,
    cloud_event::{Attribute, Binding, ExtensionName},
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use uuid::Uuid;

const BINDINGS: [Binding; 6] =
    [Binding::Http, Binding::Kafka, Binding::Nats, Binding::Amqp, Binding::Mqtt, Binding::GooglePubsub];

/// Characters that mean something somewhere, and any others.
fn any_char() -> impl Strategy<Value = char> {
    let special = select(
        "%\"\\ ;,:='/-\u{a0}\u{feff}\u{2028}€😀\n\0\u{85}\u{fffe}\u{1ffff}".chars().collect::<Vec<_>>(),
    );
    prop_oneof![4 => prop::char::range(' ', '~'), 1 => special, 1 => any::<char>()]
}

const fn is_allowed(c: char) -> bool {
    !(c.is_ascii_control()
        || matches!(c, '\u{80}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}')
        || c as u32 & 0xfffe == 0xfffe)
}

/// Text that an attribute can have.
fn text(length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    vec(any_char().prop_filter("an attribute has no such character", |c| is_allowed(*c)), length)
        .prop_map(|chars| chars.into_iter().collect())
}

/// Text that a stream or a type can have.
fn name() -> impl Strategy<Value = String> {
    let char = any_char().prop_filter("a name has no such character", |c| !c.is_control());
    vec(char, 1..8).prop_map(|chars| chars.into_iter().collect())
}

fn data() -> impl Strategy<Value = Vec<u8>> {
    let json = select(
        &[r#"{"b":1,"a":[1.0,"\u0000"]}"#, "1234567890123456789012345678901", "null", " {} ", r#""""#][..],
    );
    prop_oneof![vec(any::<u8>(), 0..8), json.prop_map(|json| json.as_bytes().to_vec())]
}

/// In years of four digits, to the microsecond.
fn time() -> impl Strategy<Value = Timestamp> {
    (-62_167_219_200_000_000_i64..253_402_300_800_000_000)
        .prop_map(|micros| Timestamp::from_timestamp_micros(micros).unwrap())
}

fn metadata() -> impl Strategy<Value = Metadata> {
    let any_text = || vec(any_char(), 0..8).prop_map(|chars| chars.into_iter().collect::<String>());
    let ids = (option::of(any::<u128>()), option::of(any::<u128>()));
    let texts = (option::of(text(0..8)), option::of(text(0..8)), option::weighted(0.3, any_text()));
    (ids, texts).prop_map(|(ids, texts)| {
        let mut metadata = Metadata::default();
        metadata.correlation_id = ids.0.map(Uuid::from_u128).map(CorrelationId);
        metadata.causation_id = ids.1.map(Uuid::from_u128).map(CausationId);
        (metadata.actor, metadata.tenant, metadata.traceparent) = texts;
        metadata
    })
}

fn recorded() -> impl Strategy<Value = RecordedEvent> {
    let names = (name(), name(), name(), vec(name(), 0..3));
    let numbers = (any::<u128>(), 1..=StreamVersion::MAX.get(), 0..=Position::MAX.get(), 1..=u32::MAX);
    let times = (option::of(time()), time());
    (names, numbers, data(), metadata(), times).prop_map(|(names, numbers, data, metadata, times)| {
        let ((category, key, event_type, tags), (id, version, position, type_version)) = (names, numbers);
        let stream = StreamId::new(&category.replace('-', "_"), &key).unwrap();
        let id = EventId(Uuid::from_u128(id));
        let mut event = NewEvent::from_parts(id, stream, EventType::new(event_type).unwrap(), data)
            .with_tags(tags.into_iter().map(|tag| Tag::new(tag).unwrap()))
            .with_metadata(metadata);
        (event.type_version, event.time) = (type_version, times.0);
        event.recorded(Position::new(position), StreamVersion::new(version), times.1)
    })
}

fn attribute() -> impl Strategy<Value = Attribute> {
    prop_oneof![
        any::<bool>().prop_map(Attribute::from),
        any::<i32>().prop_map(Attribute::from),
        text(0..8).prop_map(Attribute::from),
    ]
}

fn cloud_event() -> impl Strategy<Value = CloudEvent> {
    let required = (text(1..8), "[!#-;=?-Z_a-z~é]{1,8}", text(1..8));
    let optional = (option::of(text(1..8)), option::of(time()), option::of("a{0,1}[/#?]{1,3}"));
    let content_type =
        select(&[None, Some("application/json"), Some("text/plain"), Some("a/b+json; c=\"d\"")][..]);
    let extensions = vec(("[a-z0-9]{1,25}", attribute()), 0..4);
    (required, optional, content_type, extensions, option::of(data())).prop_map(
        |((id, source, event_type), (subject, time, schema), content_type, extensions, data)| {
            let mut event = CloudEvent::new(id, source, event_type).unwrap();
            (event.subject, event.time, event.data_schema) = (subject, time, schema);
            event.content_type = content_type.map(str::to_owned);
            event.data = data.map(Into::into);
            for (name, value) in extensions {
                // By chance a name may be that of another attribute.
                if let Ok(name) = ExtensionName::new(name) {
                    event.extensions.insert(name, value);
                }
            }
            event
        },
    )
}

fn over(binding: Binding, event: &CloudEvent) -> CloudEvent {
    let (headers, content_type, data) = event.to_binary(binding);
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    CloudEvent::from_message(binding, content_type.as_deref(), headers, data).unwrap()
}

/// What headers do not tell.
fn as_headers_have_it(mut event: CloudEvent, read: &CloudEvent) -> CloudEvent {
    for value in event.extensions.values_mut() {
        *value = Attribute::Text(value.to_string());
    }
    // Data that is JSON and does not say so is said to be.
    event.content_type = event.content_type.or_else(|| read.content_type.clone());
    event.data = event.data.filter(|data| !data.is_empty());
    event
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn an_event_of_the_log(event in recorded()) {
        let known = &event.metadata;
        let texts = [Some(event.stream.as_str()), Some(event.event_type.as_str()), known.traceparent.as_deref()];
        let is_told = texts.into_iter().flatten().all(|text| text.chars().all(is_allowed));
        let told = CloudEvent::of(&event, "/shop");
        prop_assert_eq!(told.is_ok(), is_told, "{:?}", told);
        let Ok(told) = told else { return Ok(()) };
        prop_assert_eq!(&told.to_recorded().unwrap(), &event);
        prop_assert_eq!(&CloudEvent::from_json(&told.to_json()).unwrap(), &told);
        for binding in BINDINGS {
            prop_assert_eq!(&over(binding, &told).to_recorded().unwrap(), &event, "{:?}", binding);
        }
    }

    #[test]
    fn any_event_as_json(events in vec(cloud_event(), 0..3)) {
        for event in &events {
            event.check().unwrap();
            prop_assert_eq!(&CloudEvent::from_json(&event.to_json()).unwrap(), event);
            prop_assert!(serde_json::from_slice::<serde_json::Value>(&event.to_json()).is_ok());
        }
        prop_assert_eq!(CloudEvent::from_json_batch(&CloudEvent::to_json_batch(&events)).unwrap(), events);
    }

    #[test]
    fn any_event_in_headers(event in cloud_event()) {
        for binding in BINDINGS {
            let read = over(binding, &event);
            prop_assert_eq!(&read, &as_headers_have_it(event.clone(), &read), "{:?}", binding);
            let implied = event.content_type.is_none() && read.content_type.is_some();
            let is_json = || serde_json::from_slice::<serde_json::Value>(read.data.as_deref().unwrap()).is_ok();
            prop_assert!(!implied || read.content_type.as_deref() == Some("application/json") && is_json());
            let (headers, ..) = event.to_binary(binding);
            if matches!(binding, Binding::Http | Binding::Nats) {
                prop_assert!(headers.iter().all(|(_, value)| value.bytes().all(|byte| byte.is_ascii_graphic())));
            }
        }
    }
}
