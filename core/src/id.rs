//! Ids that are UUIDs with a meaning.

use std::time::{Duration, SystemTime, UNIX_EPOCH};
use uuid::{Builder, Uuid};

/// Declares one.
macro_rules! uuid_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// A new one: a UUID of version 7, so that ids drawn one after the other mostly rise, and lie beside each
            /// other in an index.
            #[must_use]
            pub fn random() -> Self {
                Self($crate::id::now())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }
    };
}

/// A UUID of version 7 for this moment.
///
/// Twelve of its random bits are a finer time, in steps of 244 ns ([RFC 9562, section 6.2, method 3]), so that ids drawn one
/// after the other rise; nearly all of them, since a counter would need a lock that all threads share.
///
/// [RFC 9562, section 6.2, method 3]: https://www.rfc-editor.org/rfc/rfc9562#section-6.2
pub(crate) fn now() -> Uuid {
    at(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn at(since: Duration) -> Uuid {
    let millis = since.as_secs() * 1_000 + u64::from(since.subsec_millis());
    let finer = ((since.subsec_nanos() % 1_000_000) << 12) / 1_000_000;
    let mut tail = [0; 10];
    tail[..2].copy_from_slice(&(finer as u16).to_be_bytes());
    tail[2..].copy_from_slice(&Uuid::new_v4().as_bytes()[8..]);
    Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
}

pub(crate) use uuid_newtype;

#[cfg(test)]
mod tests {
    use super::{at, now};
    use std::time::Duration;
    use uuid::{Uuid, Variant};

    #[test]
    fn ids_rise_with_the_time_also_within_a_millisecond() {
        for from in [0, 999_000, 1_763_740_000_123_999_000_u64] {
            let ids: Vec<_> = (0..5_000).map(|n| at(Duration::from_nanos(from + n * 245))).collect();
            assert!(ids.is_sorted_by(|a, b| a < b), "from {from} ns on");
        }
    }

    #[test]
    fn ids_are_uuids_of_version_7_and_never_the_same() {
        let before = Uuid::now_v7();
        let (a, b) = (now(), now());
        assert_ne!(a, b);
        for id in [a, b] {
            assert_eq!((id.get_version_num(), id.get_variant()), (7, Variant::RFC4122));
            let millis = |id: &Uuid| {
                u64::from_be_bytes([[0; 2].as_slice(), &id.as_bytes()[..6]].concat().try_into().expect("8"))
            };
            assert!((millis(&before)..=millis(&before) + 60_000).contains(&millis(&id)), "{id}");
        }
    }
}
