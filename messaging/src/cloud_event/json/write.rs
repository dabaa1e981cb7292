use crate::cloud_event::{Attribute, CloudEvent, media_type, time};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Serialize;
use serde_json::value::RawValue;

pub(super) fn event(event: &CloudEvent, out: &mut Vec<u8>) {
    out.extend_from_slice(br#"{"specversion":"1.0""#);
    member("id", &event.id, out);
    member("source", &event.source, out);
    member("type", &event.event_type, out);
    let time = event.time.and_then(time::print);
    let optional = [
        ("subject", event.subject.as_deref()),
        ("time", time.as_deref()),
        ("datacontenttype", event.content_type.as_deref()),
        ("dataschema", event.data_schema.as_deref()),
    ];
    for (name, value) in optional {
        value.iter().for_each(|value| member(name, value, out));
    }
    for (name, value) in &event.extensions {
        match value {
            Attribute::Boolean(value) => member(name.as_str(), value, out),
            Attribute::Integer(value) => member(name.as_str(), value, out),
            Attribute::Text(value) => member(name.as_str(), value, out),
        }
    }
    if let Some(bytes) = &event.data {
        data(event.content_type.as_deref(), bytes, out);
    }
    out.push(b'}');
}

fn data(content_type: Option<&str>, bytes: &[u8], out: &mut Vec<u8>) {
    let json =
        value(bytes).filter(|json| content_type.is_none_or(media_type::is_json) && json.len() == bytes.len());
    match json {
        Some(json) => {
            out.extend_from_slice(br#","data":"#);
            out.extend_from_slice(json.as_bytes());
        }
        None => member("data_base64", &STANDARD.encode(bytes), out),
    }
}

/// Whether the bytes are one JSON value.
pub(in crate::cloud_event) fn is_value(bytes: &[u8]) -> bool {
    value(bytes).is_some()
}

/// The JSON value that the bytes are, without the white space around it.
fn value(bytes: &[u8]) -> Option<&str> {
    serde_json::from_slice::<&RawValue>(bytes).ok().map(RawValue::get)
}

/// The names are those of attributes, and need no escapes.
fn member<T: Serialize + ?Sized>(name: &str, value: &T, out: &mut Vec<u8>) {
    out.extend_from_slice(br#",""#);
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(br#"":"#);
    serde_json::to_writer(out, value).expect("text, numbers and booleans can be written to a vector");
}
