use factum::{
    Event as _,
    event::{Codec, CodecError},
};
use factum_macros::Event;
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Event, Serialize, Deserialize)]
#[event(version = 4, upcast(1 = v1::Withdrawn, 2 = WithdrawnV2))]
struct Withdrawn {
    cents: u64,
    currency: String,
    #[serde(default)]
    note: String,
}

mod v1 {
    /// What is never written again needs no `Serialize`.
    #[derive(serde::Deserialize)]
    pub(super) struct Withdrawn {
        pub(super) euros: u64,
    }
}

#[derive(Serialize, Deserialize)]
struct WithdrawnV2 {
    cents: u64,
}

impl From<v1::Withdrawn> for Withdrawn {
    fn from(old: v1::Withdrawn) -> Self {
        WithdrawnV2 { cents: old.euros * 100 }.into()
    }
}

impl From<WithdrawnV2> for Withdrawn {
    fn from(old: WithdrawnV2) -> Self {
        Self { cents: old.cents, currency: "EUR".into(), note: String::new() }
    }
}

fn euros(cents: u64) -> Withdrawn {
    Withdrawn { cents, currency: "EUR".into(), note: String::new() }
}

#[test]
fn each_version_is_read_as_its_own_type() {
    assert_eq!(Withdrawn::decode(1, br#"{"euros":3}"#).unwrap(), euros(300));
    assert_eq!(Withdrawn::decode(2, br#"{"cents":5}"#).unwrap(), euros(5));
}

#[test]
fn a_version_without_an_upcast_is_read_as_the_present_shape() {
    assert_eq!(Withdrawn::decode(3, br#"{"cents":5,"currency":"EUR"}"#).unwrap(), euros(5));
    assert_eq!(Withdrawn::decode(4, br#"{"cents":5,"currency":"EUR","note":""}"#).unwrap(), euros(5));
}

#[test]
fn an_old_payload_that_does_not_fit_its_type_is_an_error() {
    assert!(Withdrawn::decode(1, br#"{"cents":5,"currency":"EUR"}"#).is_err());
}

#[test]
fn a_newer_payload_is_refused_even_if_it_would_fit() {
    let refused = Withdrawn::decode(5, br#"{"cents":5,"currency":"EUR"}"#).unwrap_err();
    assert_eq!(refused.to_string(), "written by a newer program (payload version 5, this program knows 4)");
}

/// Payloads of a codec of one's own are read by it whatever their version.
#[derive(Event)]
#[event(version = 2, codec = Length, upcast(1 = u8))]
struct Counted(usize);

struct Length;

impl From<u8> for Counted {
    fn from(old: u8) -> Self {
        Self(usize::from(old) * 1_000)
    }
}

impl Codec<Counted> for Length {
    const CONTENT_TYPE: &'static str = "application/octet-stream";

    fn encode(value: &Counted) -> Result<bytes::Bytes, CodecError> {
        Ok(vec![0; value.0].into())
    }

    fn decode(payload: &[u8]) -> Result<Counted, CodecError> {
        Ok(Counted(payload.len()))
    }
}

impl Codec<u8> for Length {
    const CONTENT_TYPE: &'static str = "application/octet-stream";

    fn encode(value: &u8) -> Result<bytes::Bytes, CodecError> {
        Ok(vec![0; usize::from(*value)].into())
    }

    fn decode(payload: &[u8]) -> Result<u8, CodecError> {
        payload.len().try_into().map_err(CodecError::new)
    }
}

#[test]
fn old_payloads_are_read_by_the_codec_that_wrote_them() {
    assert_eq!(Counted::decode(2, b"...").unwrap().0, 3);
    assert_eq!(Counted::decode(1, b"...").unwrap().0, 3_000);
}
