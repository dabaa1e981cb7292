use factum::{
    Event as _,
    event::{Codec, CodecError, Encoded},
};
use factum_macros::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize)]
struct Opened {
    owner: String,
}

#[derive(Event, Serialize, Deserialize)]
#[event(name = "account.withdrawn", version = 3)]
struct Withdrawn(u64);

#[derive(Event, Serialize, Deserialize)]
struct Closed;

#[derive(Event, Serialize, Deserialize)]
#[allow(non_camel_case_types)]
struct r#match;

#[derive(Event)]
#[event(codec = Decimal<10>)]
struct Counted(u32);

struct Decimal<const RADIX: u32>;

impl<const RADIX: u32> Codec<Counted> for Decimal<RADIX> {
    const CONTENT_TYPE: &'static str = "text/plain";

    fn encode(value: &Counted) -> Result<bytes::Bytes, CodecError> {
        Ok(value.0.to_string().into())
    }

    fn decode(payload: &[u8]) -> Result<Counted, CodecError> {
        let text = std::str::from_utf8(payload).map_err(CodecError::new)?;
        u32::from_str_radix(text, RADIX).map(Counted).map_err(CodecError::new)
    }
}

#[test]
fn the_name_is_that_of_the_struct_unless_another_is_given() {
    assert_eq!((Opened::TYPE, Opened::VERSION), ("Opened", 1));
    assert_eq!((Withdrawn::TYPE, Withdrawn::VERSION), ("account.withdrawn", 3));
    assert_eq!(Closed::TYPE, "Closed");
    assert_eq!(r#match::TYPE, "match");
}

#[test]
fn every_shape_of_struct_round_trips_as_json() {
    let encoded = Encoded::of(&Opened { owner: "Ada".into() }).unwrap();
    assert_eq!(encoded.payload, r#"{"owner":"Ada"}"#);
    assert_eq!(Opened::decode(1, &encoded.payload).unwrap().owner, "Ada");

    let encoded = Encoded::of(&Withdrawn(7)).unwrap();
    assert_eq!((encoded.event_type.as_str(), encoded.type_version), ("account.withdrawn", 3));
    assert_eq!(Withdrawn::decode(3, &encoded.payload).unwrap().0, 7);

    Closed::decode(1, &Encoded::of(&Closed).unwrap().payload).unwrap();
}

#[test]
fn a_codec_of_ones_own_writes_and_reads() {
    let encoded = Encoded::of(&Counted(12)).unwrap();
    assert_eq!(encoded.payload, "12");
    assert_eq!(Counted::decode(1, b"34").unwrap().0, 34);
    assert!(Counted::decode(1, b"x").is_err());
}
