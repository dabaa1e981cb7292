use factum_core::{
    Event, EventType, NewEvent, Position, RecordedEvent, StreamId, StreamVersion, Timestamp,
    event::{Codec, Encoded, Json, TypeRegistry},
};
use proptest::{collection::vec, prelude::*};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Moved {
    from: String,
    to: Option<String>,
    amount: i64,
    rate: f64,
    tags: Vec<char>,
    notes: BTreeMap<String, Kind>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Kind {
    Unit,
    One(u8),
    Named { yes: bool },
}

impl Event for Moved {
    const TYPE: &'static str = "Moved";
    const VERSION: u32 = 3;
    type Codec = Json;
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Unit),
        any::<u8>().prop_map(Kind::One),
        any::<bool>().prop_map(|yes| Kind::Named { yes }),
    ]
}

fn moved() -> impl Strategy<Value = Moved> {
    let text = (any::<String>(), any::<Option<String>>());
    let numbers = (any::<i64>(), prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO);
    let lists = (vec(any::<char>(), 0..4), prop::collection::btree_map(any::<String>(), kind(), 0..4));
    (text, numbers, lists).prop_map(|((from, to), (amount, rate), (tags, notes))| Moved {
        from,
        to,
        amount,
        rate,
        tags,
        notes,
    })
}

fn recorded(version: u32, payload: Vec<u8>) -> RecordedEvent {
    let stream = StreamId::new("a", "1").unwrap();
    let mut event = NewEvent::new(stream, EventType::from_static("Moved"), payload);
    event.type_version = version;
    event.recorded(Position::new(1), StreamVersion::FIRST, Timestamp::UNIX_EPOCH)
}

fn registry() -> TypeRegistry {
    let mut registry = TypeRegistry::new();
    registry.add_event::<Moved>().unwrap();
    registry
}

proptest! {
    #[test]
    fn what_is_encoded_reads_back(event in moved()) {
        let encoded = Encoded::of(&event).unwrap();
        prop_assert_eq!(encoded.type_version, 3);
        prop_assert_eq!(Moved::decode(3, &encoded.payload).unwrap(), event);
    }

    #[test]
    fn what_is_damaged_is_still_an_event_or_an_error(
        event in moved(),
        at in any::<prop::sample::Index>(),
        by in vec(any::<u8>(), 0..4),
        version in 0..5_u32,
    ) {
        let mut payload = Encoded::of(&event).unwrap().payload.to_vec();
        let at = at.index(payload.len());
        payload.splice(at..payload.len().min(at + 1), by);
        let decoded = Moved::decode(version, &payload);
        if version > 3 {
            prop_assert!(decoded.is_err());
        }
        if let Ok(decoded) = &decoded {
            prop_assert_eq!(&Json::decode(&Json::encode(decoded).unwrap()).map(|again: Moved| again).unwrap(), decoded);
        }
        let event = recorded(version, payload);
        match registry().check(&event) {
            Ok(()) => prop_assert!(decoded.is_ok()),
            Err(error) => {
                prop_assert!(decoded.is_err() && !error.is_unknown_type());
                prop_assert_eq!((error.stream, error.position), (event.stream, event.position));
            }
        }
    }

    #[test]
    fn so_are_any_bytes(payload in vec(any::<u8>(), 0..64)) {
        let outcome = Moved::decode(1, &payload).is_ok();
        prop_assert_eq!(registry().check(&recorded(1, payload)).is_ok(), outcome);
    }
}

#[test]
fn a_payload_that_is_nested_without_end_is_an_error() {
    for open in ["[", r#"{"from":"#] {
        assert!(Moved::decode(1, open.repeat(100_000).as_bytes()).is_err());
        assert!(Json::read::<serde_json::Value>(open.repeat(100_000).as_bytes()).is_err());
    }
}
