use super::{Field, Line, LineError, Problem, fields::Fields, time};
use crate::{EventId, EventType, Invalid, Metadata, RecordedEvent, StreamId, StreamVersion, Tag, Timestamp};
use bytes::Bytes;
use serde_json::value::RawValue;
use std::borrow::Cow;

pub(super) fn line(line: &[u8]) -> Result<Line, LineError> {
    let text = str::from_utf8(line).map_err(|e| LineError::NotAnObject(e.to_string()))?;
    let fields = Fields::split(text)?;
    let stream = stream(fields.require(Field::Stream)?)?;
    let version = version(fields.require(Field::Version)?)?;
    Ok(Line {
        event_type: event_type(fields.require(Field::Type)?)?,
        time: time(fields.require(Field::Time)?, fields.get(Field::TimeUs))?,
        data: on_one_line(fields.require(Field::Data)?)
            .unwrap_or_else(|same| Bytes::copy_from_slice(same.as_bytes())),
        id: fields.get(Field::Id).map(id).transpose()?.filter(|id| *id != Line::derived_id(&stream, version)),
        type_version: fields.get(Field::TypeVersion).map_or(Ok(1), type_version)?,
        tags: fields.get(Field::Tags).map_or(Ok(Vec::new()), tags)?,
        metadata: fields.get(Field::Metadata).map_or(Ok(Metadata::default()), metadata)?,
        stream,
        version,
    })
}

pub(super) fn event(event: &RecordedEvent) -> Result<Line, LineError> {
    let time = time::to_the_microsecond(event.time).filter(|time| time::has_four_digit_year(*time));
    let derived = Line::derived_id(&event.stream, event.version);
    Ok(Line {
        stream: event.stream.clone(),
        version: event.version,
        event_type: event.event_type.clone(),
        time: time.ok_or(is_not(Field::Time, "within the years 0 to 9999"))?,
        data: data(&event.payload)?,
        id: Some(event.id).filter(|id| *id != derived),
        type_version: event.type_version,
        tags: event.tags.clone(),
        metadata: event.metadata.clone(),
    })
}

fn data(payload: &Bytes) -> Result<Bytes, LineError> {
    let json: &RawValue = serde_json::from_slice(payload).map_err(|_| is_not(Field::Data, "a JSON value"))?;
    Ok(on_one_line(json.get()).unwrap_or_else(|same| payload.slice_ref(same.as_bytes())))
}

/// The JSON with spaces for its line breaks, or the same JSON if it has none.
fn on_one_line(json: &str) -> Result<Bytes, &str> {
    // JSON has line breaks only between its tokens; in a string they are escaped.
    let is_break = |byte: u8| matches!(byte, b'\n' | b'\r');
    match json.bytes().any(is_break) {
        false => Err(json),
        true => Ok(json.bytes().map(|byte| if is_break(byte) { b' ' } else { byte }).collect()),
    }
}

fn stream(json: &str) -> Result<StreamId, LineError> {
    text(Field::Stream, json)?.parse().map_err(|why| refused(Field::Stream, why))
}

fn version(json: &str) -> Result<StreamVersion, LineError> {
    match serde_json::from_str(json) {
        Ok(number) if (1..=StreamVersion::MAX.get()).contains(&number) => Ok(StreamVersion::new(number)),
        _ => Err(is_not(Field::Version, "a whole number from 1")),
    }
}

fn event_type(json: &str) -> Result<EventType, LineError> {
    EventType::new(text(Field::Type, json)?).map_err(|why| refused(Field::Type, why))
}

fn time(json: &str, micros: Option<&str>) -> Result<Timestamp, LineError> {
    let time = time::parse(&text(Field::Time, json)?)
        .ok_or(is_not(Field::Time, "a time of RFC 3339 within the years 0 to 9999 (UTC)"))?;
    let Some(micros) = micros else { return Ok(time) };
    let time_us = serde_json::from_str(micros).map_err(|_| is_not(Field::TimeUs, "a whole number"))?;
    match time.timestamp_micros() == time_us {
        true => Ok(time),
        false => Err(LineError::field(Field::TimeUs, Problem::DiffersFromTime { time_us, time })),
    }
}

fn id(json: &str) -> Result<EventId, LineError> {
    text(Field::Id, json)?.parse().map(EventId).map_err(|_| is_not(Field::Id, "a UUID"))
}

fn type_version(json: &str) -> Result<u32, LineError> {
    match serde_json::from_str(json) {
        Ok(number @ 1..) => Ok(number),
        _ => Err(is_not(Field::TypeVersion, "a whole number from 1 of 32 bits")),
    }
}

fn tags(json: &str) -> Result<Vec<Tag>, LineError> {
    let tags: Vec<String> =
        serde_json::from_str(json).map_err(|_| is_not(Field::Tags, "a list of strings"))?;
    tags.into_iter().map(Tag::new).collect::<Result<_, _>>().map_err(|why| refused(Field::Tags, why))
}

fn metadata(json: &str) -> Result<Metadata, LineError> {
    Metadata::from_bytes(json.as_bytes()).map_err(|_| is_not(Field::Metadata, "an object of metadata"))
}

fn text(field: Field, json: &str) -> Result<Cow<'_, str>, LineError> {
    // Only text without escapes can be borrowed.
    serde_json::from_str(json)
        .map(Cow::Borrowed)
        .or_else(|_| serde_json::from_str(json).map(Cow::Owned))
        .map_err(|_| is_not(field, "a string"))
}

const fn is_not(field: Field, what: &'static str) -> LineError {
    LineError::field(field, Problem::IsNot(what))
}

const fn refused(field: Field, why: Invalid) -> LineError {
    LineError::field(field, Problem::Invalid(why))
}
