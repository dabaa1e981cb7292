use chrono::{DateTime, SubsecRound, Utc};
use std::time::{SystemTime, UNIX_EPOCH};

/// A moment in UTC. Stores keep microseconds; finer parts are cut off when an event is made.
pub type Timestamp = DateTime<Utc>;

/// Now, in the precision that every store keeps. For stores.
#[must_use]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).ok().and_then(DateTime::from_timestamp_micros).unwrap_or_default()
}

pub(crate) fn to_micros(time: Timestamp) -> Timestamp {
    time.trunc_subsecs(6)
}
