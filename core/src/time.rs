use chrono::{DateTime, SubsecRound, Utc};
use std::time::{SystemTime, UNIX_EPOCH};

/// A moment in UTC. Stores keep microseconds; finer parts are cut off when an event is made.
pub type Timestamp = DateTime<Utc>;

/// Now, in the precision that every store keeps. For stores.
#[must_use]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let nanos = since.subsec_micros() * 1_000;
    i64::try_from(since.as_secs())
        .ok()
        .and_then(|secs| DateTime::from_timestamp(secs, nanos))
        .unwrap_or_default()
}

pub(crate) fn to_micros(time: Timestamp) -> Timestamp {
    time.trunc_subsecs(6)
}
