//! Encoding, reading back and encoding again.

use super::print::{self, causes, short_name};
use chrono::DateTime;
use factum_core::{
    Event, EventEnum, NewEvent, Position, StreamId, StreamVersion,
    event::{CodecError, Encoded},
};
use serde_json::Value;

/// What to store for an event of an enum.
///
/// # Panics
/// When it is none of those that the enum lists, or does not come out of a store as it went in.
#[track_caller]
pub(super) fn round_trip<E: EventEnum>(event: &E) -> Encoded {
    let written = written(event.encode(), short_name::<E>());
    let name = &written.event_type;
    if !E::TYPES.iter().any(|known| known.name() == name.as_str()) {
        panic!("{name} is none of the events that {} lists in its TYPES", short_name::<E>());
    }
    let stream = StreamId::new("given", "event").expect("a valid name");
    let new = NewEvent::encoded(stream, written.clone());
    let record = new.recorded(Position::new(1), StreamVersion::FIRST, DateTime::UNIX_EPOCH);
    let read = match E::decode(&record) {
        Ok(read) => read,
        Err(error) => unreadable(&written, std::error::Error::source(&error).unwrap_or(&error)),
    };
    compare(&written, read.encode());
    written
}

/// What to store for an event. Panics as [`round_trip`] does.
#[track_caller]
pub(crate) fn round_trip_event<E: Event>(event: &E) -> Encoded {
    let written = written(Encoded::of(event), E::TYPE);
    let read = match E::decode(written.type_version, &written.payload) {
        Ok(read) => read,
        Err(error) => unreadable(&written, &error),
    };
    compare(&written, Encoded::of(&read));
    written
}

#[track_caller]
fn written(encoded: Result<Encoded, CodecError>, name: &str) -> Encoded {
    match encoded {
        Ok(encoded) => encoded,
        Err(error) => panic!("{name} cannot be written: {}", causes(&error)),
    }
}

#[track_caller]
fn unreadable(written: &Encoded, error: &dyn std::error::Error) -> ! {
    panic!(
        "{} does not survive being stored: what was written cannot be read: {}\n{}",
        written.event_type,
        causes(error),
        print::event(written)
    );
}

#[track_caller]
fn compare(written: &Encoded, again: Result<Encoded, CodecError>) {
    let again = match again {
        Ok(again) => again,
        Err(error) => {
            panic!("{} was read and cannot be written again: {}", written.event_type, causes(&error))
        }
    };
    if !same(written, &again) {
        panic!(
            "{} does not survive being stored: read and written again, it is another (- written, + written again)\n{}",
            written.event_type,
            print::difference(&print::event(written), &print::event(&again))
        );
    }
}

/// Whether both would be stored as the same event.
pub(super) fn same(one: &Encoded, other: &Encoded) -> bool {
    one.event_type == other.event_type
        && one.type_version == other.type_version
        && one.tags == other.tags
        && same_payload(&one.payload, &other.payload)
}

/// Whether two payloads are the same, leaving aside the order of the fields of an object, which a `HashMap` does not
/// keep.
pub(super) fn same_payload(one: &[u8], other: &[u8]) -> bool {
    let sorted = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        bytes.sort_unstable();
        bytes
    };
    let value = |bytes| serde_json::from_slice::<Value>(bytes).ok();
    // A `Value` rounds numbers of more than 19 digits, so the digits must be the same too.
    one == other
        || (sorted(one) == sorted(other)
            && value(one).is_some_and(|one| value(other).is_some_and(|other| one == other)))
}

#[cfg(test)]
mod tests {
    use super::same_payload;

    #[test]
    fn payloads_are_the_same_whatever_the_order_of_fields() {
        for (one, other, same) in [
            (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#, true),
            (r#"{"a":1,"b":2}"#, r#"{"a":2,"b":1}"#, false),
            (r#"[1,2]"#, r#"[2,1]"#, false),
            ("100000000000000000000000000001", "100000000000000000000000000002", false),
            ("not JSON", "not JSON", true),
            ("not JSON", "JSON not", false),
        ] {
            assert_eq!(same_payload(one.as_bytes(), other.as_bytes()), same, "{one} and {other}");
        }
    }
}
