//! Any payload is an event or an error that names the stored event, through derived events with versions and upcasts.
#![no_main]

use factum::{
    Event, EventEnum, EventType, NewEvent, Position, RecordedEvent, StreamId, StreamVersion, Timestamp,
    event::TypeRegistry,
};
use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Event, Serialize, Deserialize)]
#[event(version = 2, upcast(1 = OpenedV1))]
struct Opened {
    owner: String,
    limit: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct OpenedV1 {
    name: String,
}

impl From<OpenedV1> for Opened {
    fn from(old: OpenedV1) -> Self {
        Self { owner: old.name, limit: None }
    }
}

#[derive(Debug, Clone, PartialEq, Event, Serialize, Deserialize)]
#[event(name = "account.moved")]
struct Moved {
    #[event(tag)]
    to: String,
    rate: f64,
    notes: BTreeMap<String, Vec<Kind>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Kind {
    Unit,
    One(u8),
    Named { sign: char },
}

#[derive(Debug, Clone, PartialEq, Event)]
enum AccountEvent {
    Opened(Opened),
    Moved(Moved),
}

fn recorded(event: NewEvent) -> RecordedEvent {
    event.recorded(Position::new(1), StreamVersion::FIRST, Timestamp::UNIX_EPOCH)
}

fuzz_target!(|input: (u8, &[u8])| {
    let (choice, payload) = input;
    let stream = StreamId::new("account", "7").expect("a stream");
    let name = ["Opened", "account.moved", "Closed"][usize::from(choice % 3)];
    let mut event = NewEvent::new(stream.clone(), EventType::from_static(name), payload.to_vec());
    event.type_version = u32::from(choice / 3 % 4);
    let event = recorded(event);

    let mut registry = TypeRegistry::new();
    registry.add::<AccountEvent>().expect("two names");
    let known = registry.check(&event);
    match AccountEvent::decode(&event) {
        Ok(decoded) => {
            assert!(known.is_ok());
            let Ok(encoded) = decoded.encode() else { return };
            let again = recorded(NewEvent::encoded(stream, encoded));
            assert_eq!(AccountEvent::decode(&again).expect("as it was written"), decoded);
        }
        Err(error) => {
            assert_eq!(known.expect_err("refused").is_unknown_type(), error.is_unknown_type());
            assert_eq!(error.is_unknown_type(), name == "Closed");
            assert_eq!(error.position, event.position);
        }
    }
});
