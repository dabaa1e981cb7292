//! What the SDKs of CloudEvents are asked, in whichever language, and what they have to answer.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use factum::{
    CausationId, CorrelationId, EventId, EventType, Metadata, NewEvent, Position, StreamVersion, Tag,
    Timestamp,
};
use factum_messaging::{
    CloudEvent,
    cloud_event::{Attribute, Binding, media_type},
};
use serde_json::{Map, Value, json};
use std::{
    io::Write as _,
    process::{Command, Stdio},
};
use uuid::Uuid;

/// To the millisecond, as JavaScript has it.
fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Of an event of the log, as another application gets it.
pub(crate) fn of_the_log() -> CloudEvent {
    let mut metadata = Metadata::default();
    metadata.correlation_id = Some(CorrelationId(Uuid::from_u128(1)));
    metadata.causation_id = Some(CausationId(Uuid::from_u128(2)));
    metadata.actor = Some("clerk-7".to_owned());
    metadata.tenant = Some("north".to_owned());
    metadata.traceparent = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned());
    let event = NewEvent::from_parts(
        EventId(Uuid::from_u128(3)),
        "order-7".parse().unwrap(),
        EventType::from_static("order.paid"),
        r#"{"amount":1.50,"to":"Ada \u2764","lines":[{"n":1},null,true]}"#,
    )
    .with_tags([Tag::of("customer", "ada").unwrap()])
    .with_time(time("2026-01-02T03:04:05.678Z"))
    .with_metadata(metadata);
    let event = event.recorded(Position::new(12), StreamVersion::new(3), time("2026-01-02T03:04:06Z"));
    CloudEvent::of(&event, "https://example.com/shop").unwrap()
}

/// With bytes, and with an attribute of each type.
pub(crate) fn of_bytes() -> CloudEvent {
    CloudEvent::new("A234", "/mycontext", "com.example.someevent")
        .unwrap()
        .with_time(time("2018-04-05T17:31:00Z"))
        .with_content_type("application/octet-stream")
        .unwrap()
        .with_data_schema("https://example.com/schema/1#a")
        .unwrap()
        .with_extension("flag", true)
        .unwrap()
        .with_extension("number", -5)
        .unwrap()
        .with_extension("text", "value")
        .unwrap()
        .with_data((0..=u8::MAX).collect::<Vec<_>>())
}

/// With what has to be encoded in a header.
pub(crate) fn beyond_ascii() -> CloudEvent {
    CloudEvent::new("B 234", "/mycontext", "com.example.someevent")
        .unwrap()
        .with_subject("Euro € 😀 100% \"\\")
        .unwrap()
        .with_time(time("2018-04-05T17:31:00Z"))
        .with_content_type("application/json")
        .unwrap()
        .with_data(r#"{"€":"😀"}"#)
}

/// With nothing that may be left out.
pub(crate) fn bare() -> CloudEvent {
    CloudEvent::new("1", "urn:a", "t").unwrap()
}

/// Runs a program that asks its SDK.
///
/// It reads each of `events` in structured mode and in a batch, and each of `in_headers` in binary mode, and writes what it has
/// read again; it makes events of its own, the same.
pub(crate) fn ask(mut program: Command, events: &[CloudEvent], in_headers: &[CloudEvent]) -> Answer {
    let text = |json: bytes::Bytes| String::from_utf8(json.into()).unwrap();
    let question = json!({
        "structured": events.iter().map(|event| text(event.to_json())).collect::<Vec<_>>(),
        "Http": in_headers.iter().map(|event| message(event, Binding::Http)).collect::<Vec<_>>(),
        "Kafka": in_headers.iter().map(|event| message(event, Binding::Kafka)).collect::<Vec<_>>(),
        "batch": text(CloudEvent::to_json_batch(events)),
        "make": events.iter().map(|event| json!({ "attributes": attributes(event), "data": data(event) })).collect::<Vec<_>>(),
    });
    let mut running =
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    running.stdin.take().unwrap().write_all(question.to_string().as_bytes()).unwrap();
    let output = running.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Answer(serde_json::from_slice(&output.stdout).unwrap())
}

/// What the program has said.
pub(crate) struct Answer(Value);

impl Answer {
    /// What it was given in this way has arrived as it was, and what it has written then is read as the same.
    pub(crate) fn check(&self, way: &str, events: &[CloudEvent]) {
        let answers = self.0[way].as_array().unwrap();
        assert_eq!(answers.len(), events.len());
        for (answer, event) in answers.iter().zip(events) {
            check_understood(way, &answer["understood"], event);
            let structured = answer["structured"].as_str().unwrap();
            check_read(&CloudEvent::from_json(structured.as_bytes()).unwrap(), event, way);
            for (binding, written) in answer["binary"].as_object().unwrap() {
                check_read(&read(written, binding), event, &format!("{way} and {binding}"));
            }
        }
    }

    pub(crate) fn check_batch(&self, events: &[CloudEvent]) {
        self.check("batch", events);
        let batch = self.0["written_batch"].as_str().unwrap();
        let read = CloudEvent::from_json_batch(batch.as_bytes()).unwrap();
        assert_eq!(read.len(), events.len());
        read.iter().zip(events).for_each(|(read, event)| check_read(read, event, "batch"));
    }
}

/// What an SDK has read is the event.
pub(crate) fn check_understood(way: &str, understood: &Value, event: &CloudEvent) {
    let are_typed = !matches!(way, "Http" | "Kafka" | "binary");
    let mut found = understood["attributes"].as_object().unwrap().clone();
    let found_time = found.remove("time").map(|time| self::time(time.as_str().unwrap()));
    // Whoever gives no time gets the present one.
    assert_eq!(event.time.or(found_time), found_time, "{way}");
    let mut expected = attributes(event);
    expected.remove("time");
    for value in expected.values_mut().filter(|value| !are_typed && !value.is_string()) {
        *value = value.to_string().into();
    }
    assert_eq!(Value::Object(found), Value::Object(expected), "{way}");
    assert_eq!(understood["data"], data(event), "{way}");
}

/// All but for the types that headers do not tell, and the spelling of JSON.
fn check_read(read: &CloudEvent, event: &CloudEvent, way: &str) {
    let as_text = |event: &CloudEvent| {
        let mut attributes = attributes(event);
        for value in attributes.values_mut() {
            // Python spells it so, and so does its SDK in headers.
            let is_true = *value == json!(true) || *value == "True";
            *value = if is_true {
                "true".into()
            } else {
                value.as_str().map_or(value.to_string(), str::to_owned).into()
            };
        }
        attributes
    };
    let (mut found, expected) = (as_text(read), as_text(event));
    // Whoever gives no time or no type of its data may get one.
    for name in ["time", "datacontenttype"] {
        if !expected.contains_key(name) {
            found.remove(name);
        }
    }
    assert_eq!(Value::Object(found), Value::Object(expected), "{way}");
    assert_eq!(data(read), data(event), "{way}");
}

fn attributes(event: &CloudEvent) -> Map<String, Value> {
    let time = event.time.map(|time| time.to_rfc3339());
    let text = [
        ("specversion", Some("1.0")),
        ("id", Some(&event.id)),
        ("source", Some(&event.source)),
        ("type", Some(&event.event_type)),
        ("subject", event.subject.as_deref()),
        ("time", time.as_deref()),
        ("datacontenttype", event.content_type.as_deref()),
        ("dataschema", event.data_schema.as_deref()),
    ];
    let text = text.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value?))));
    let extensions = event.extensions.iter().map(|(name, value)| {
        let value = match value {
            Attribute::Boolean(value) => json!(value),
            Attribute::Integer(value) => json!(value),
            value => json!(value.as_text().unwrap()),
        };
        (name.to_string(), value)
    });
    text.chain(extensions).collect()
}

/// JSON as it is, and bytes as `{"base64": …}`.
fn data(event: &CloudEvent) -> Value {
    let is_json = event.content_type.as_deref().is_none_or(media_type::is_json);
    match &event.data {
        None => Value::Null,
        Some(data) if is_json => serde_json::from_slice(data).unwrap(),
        Some(data) => json!({ "base64": STANDARD.encode(data) }),
    }
}

fn message(event: &CloudEvent, binding: Binding) -> Value {
    let (headers, content_type, body) = event.to_binary(binding);
    json!({ "headers": headers, "content_type": content_type, "body": STANDARD.encode(body) })
}

fn read(message: &Value, binding: &str) -> CloudEvent {
    let binding = match binding {
        "Http" => Binding::Http,
        "Kafka" => Binding::Kafka,
        other => panic!("{other}"),
    };
    let headers: Vec<(String, String)> = serde_json::from_value(message["headers"].clone()).unwrap();
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let body = STANDARD.decode(message["body"].as_str().unwrap()).unwrap();
    CloudEvent::from_message(binding, message["content_type"].as_str(), headers, body.into()).unwrap()
}
