use chrono::{DateTime, SubsecRound, Utc};

/// A moment in UTC. Stores keep microseconds; finer parts are cut off when an event is made.
pub type Timestamp = DateTime<Utc>;

/// Now, in the precision that every store keeps.
pub(crate) fn now() -> Timestamp {
    to_micros(Utc::now())
}

pub(crate) fn to_micros(time: Timestamp) -> Timestamp {
    time.trunc_subsecs(6)
}
