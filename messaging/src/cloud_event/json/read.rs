use super::members::Members;
use crate::cloud_event::{Attribute, CloudEvent, CloudEventError, Problem, draft::Draft, media_type};
use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bytes::Bytes;
use serde_json::value::RawValue;

/// With or without the padding at the end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) fn utf8<'a>(expected: &'static str, json: &'a [u8]) -> Result<&'a str, CloudEventError> {
    str::from_utf8(json).map_err(|why| CloudEventError::json(expected, why))
}

pub(super) fn batch(json: &str) -> Result<Vec<CloudEvent>, CloudEventError> {
    let events: Vec<&RawValue> =
        serde_json::from_str(json).map_err(|why| CloudEventError::json("an array", why))?;
    let in_batch = |index| move |why| CloudEventError::InBatch { index, why: Box::new(why) };
    events.into_iter().enumerate().map(|(index, json)| event(json.get()).map_err(in_batch(index))).collect()
}

pub(super) fn event(json: &str) -> Result<CloudEvent, CloudEventError> {
    let mut members = Members::split(json)?;
    let (data, base64) = (members.take("data"), members.take("data_base64"));
    let mut draft = Draft::default();
    for (name, json) in members.iter() {
        if let Some(value) = attribute(name, json)? {
            draft.put(name, value)?;
        }
    }
    let is_json = draft.content_type.as_deref().is_none_or(media_type::is_json);
    let data = match (data, base64.filter(|json| *json != "null")) {
        (Some(_), Some(_)) => {
            return Err(CloudEventError::attribute("data_base64", Problem::Beside("data")));
        }
        (Some(json), None) if is_json => Some(Bytes::copy_from_slice(json.as_bytes())),
        (Some("null"), None) => None,
        (Some(json), None) => Some(string("data", json)?.into()),
        (None, Some(json)) => Some(base64_data(&string("data_base64", json)?)?),
        (None, None) => None,
    };
    draft.finish(data)
}

/// `None` for `null`, which is how an attribute that is not there may be written (JSON format, section 2.2).
fn attribute(name: &str, json: &str) -> Result<Option<Attribute>, CloudEventError> {
    let is_not = |what| CloudEventError::attribute(name, Problem::IsNot(what));
    match json.as_bytes().first() {
        Some(b'n') => Ok(None),
        Some(b't') => Ok(Some(Attribute::Boolean(true))),
        Some(b'f') => Ok(Some(Attribute::Boolean(false))),
        Some(b'"') => Ok(Some(Attribute::Text(string(name, json)?))),
        Some(b'-' | b'0'..=b'9') => {
            // Whole numbers only, without a fraction of zeros or an exponent.
            let number = json.parse().map_err(|_| is_not("a whole number of 32 bits"))?;
            Ok(Some(Attribute::Integer(number)))
        }
        _ => Err(is_not("a boolean, a whole number or a string")),
    }
}

/// A string may be JSON and yet not be text: `"\ud800"`.
fn string(name: &str, json: &str) -> Result<String, CloudEventError> {
    serde_json::from_str(json).map_err(|_| CloudEventError::attribute(name, Problem::IsNot("a string")))
}

fn base64_data(text: &str) -> Result<Bytes, CloudEventError> {
    let is_not = CloudEventError::attribute("data_base64", Problem::IsNot("Base64"));
    BASE64.decode(text).map(Bytes::from).map_err(|_| is_not)
}
