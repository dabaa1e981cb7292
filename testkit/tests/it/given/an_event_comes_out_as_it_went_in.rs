use crate::failure::complaint;
use factum::{
    Decider, EventEnum, RecordedEvent,
    event::{CodecError, DecodeError, Encoded, EventDescriptor},
    prelude::*,
};
use factum_testkit::{given, given::Given};
use std::collections::HashMap;

/// Written under a name that is not read.
#[derive(Event, Serialize, Deserialize)]
struct Renamed {
    #[serde(rename(serialize = "new", deserialize = "old"))]
    name: String,
}

/// Not written, but for its tag.
#[derive(Event, Serialize, Deserialize)]
struct Forgotten {
    #[event(tag)]
    #[serde(skip)]
    branch: String,
}

/// Read as one more than was written.
#[derive(Event, Serialize, Deserialize)]
struct Counted {
    #[serde(deserialize_with = "one_more")]
    count: u64,
}

fn one_more<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    u64::deserialize(deserializer).map(|count| count + 1)
}

/// Infinite ones cannot be JSON.
#[derive(Event, Serialize, Deserialize)]
struct Measured {
    value: f64,
}

/// Its fields come in another order each time.
#[derive(Event, Serialize, Deserialize)]
struct Noted {
    words: HashMap<String, u128>,
}

#[derive(Event)]
enum OddEvent {
    Renamed(Renamed),
    Forgotten(Forgotten),
    Counted(Counted),
    Measured(Measured),
    Noted(Noted),
}

#[derive(Clone, Default)]
struct Odd;

impl Decider for Odd {
    type Event = OddEvent;

    fn fold(&mut self, _: &OddEvent) {}
}

#[test]
fn or_the_test_fails_and_names_it() {
    assert_eq!(
        complaint(|| given::<Odd>(events![Renamed { name: "a".into() }])),
        r#"Renamed does not survive being stored: what was written cannot be read: the payload does not fit the type: missing field `old` at line 1 column 11
Renamed
  {
    "new": "a"
  }
"#
    );
    assert_eq!(
        complaint(|| given::<Odd>(events![Forgotten { branch: "kiel".into() }])),
        "Forgotten does not survive being stored: read and written again, it is another (- written, + written again)
- Forgotten [branch:kiel]
+ Forgotten [branch:]
    {}
"
    );
    assert_eq!(
        complaint(|| given::<Odd>(events![Counted { count: 7 }])),
        r#"Counted does not survive being stored: read and written again, it is another (- written, + written again)
  Counted
    {
-     "count": 7
+     "count": 8
    }
"#
    );
    let infinite = complaint(|| given::<Odd>(events![Measured { value: f64::INFINITY }]));
    assert!(infinite.contains("invalid type: null, expected f64"), "{infinite}");
}

#[test]
fn an_event_beside_too() {
    let said = complaint(|| Given::<Odd>::nothing().beside("odd-1", Counted { count: 7 }));
    assert!(said.starts_with("Counted does not survive being stored"), "{said}");
}

#[test]
fn the_order_of_a_maps_fields_does_not_matter() {
    let words = || (0..50).map(|n| (format!("word {n}"), u128::MAX - n)).collect();
    drop(given::<Odd>(events![Noted { words: words() }]));
}

/// Lists nothing.
enum Unlisted {
    Measured(Measured),
}

impl EventEnum for Unlisted {
    const TYPES: &'static [EventDescriptor] = &[];

    fn encode(&self) -> Result<Encoded, CodecError> {
        let Self::Measured(event) = self;
        Encoded::of(event)
    }

    fn decode(event: &RecordedEvent) -> Result<Self, DecodeError> {
        Err(DecodeError::unknown_type(event))
    }
}

impl From<Measured> for Unlisted {
    fn from(event: Measured) -> Self {
        Self::Measured(event)
    }
}

#[derive(Clone, Default)]
struct Careless;

impl Decider for Careless {
    type Event = Unlisted;

    fn fold(&mut self, _: &Unlisted) {}
}

#[test]
fn an_event_that_the_enum_does_not_list() {
    assert_eq!(
        complaint(|| given::<Careless>(events![Measured { value: 1.0 }])),
        "Measured is none of the events that Unlisted lists in its TYPES"
    );
}
