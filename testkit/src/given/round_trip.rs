//! Encoding, reading back and encoding again.

use super::print::{self, causes, short_name};
use chrono::DateTime;
use factum_core::{
    Event, EventEnum, NewEvent, Position, StreamId, StreamVersion,
    event::{CodecError, Encoded},
};

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
    if !written.is_same(&again) {
        panic!(
            "{} does not survive being stored: read and written again, it is another (- written, + written again)\n{}",
            written.event_type,
            print::difference(&print::event(written), &print::event(&again))
        );
    }
}
