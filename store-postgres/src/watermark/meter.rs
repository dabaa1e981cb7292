//! What the task tells the recorder of the application, if it has one.

use super::status::Status;
use metrics::{SharedString, Unit, counter, describe_counter, describe_gauge, gauge};

const POSITION: &str = "factum_postgres_watermark_position";
const NEWEST: &str = "factum_postgres_watermark_newest_position";
const LAG: &str = "factum_postgres_watermark_lag_positions";
const HELD: &str = "factum_postgres_watermark_held";
const HELD_SECONDS: &str = "factum_postgres_watermark_held_seconds";
const HOLDERS: &str = "factum_postgres_watermark_holders";
const FAILED_LOOKS: &str = "factum_postgres_watermark_failed_looks_total";

pub(super) struct Meter {
    schema: SharedString,
}

impl Meter {
    pub(super) fn new(schema: &str) -> Self {
        describe_gauge!(POSITION, "The position up to which the log can be read.");
        describe_gauge!(NEWEST, "The newest position that was seen.");
        describe_gauge!(LAG, Unit::Count, "Positions that were seen and cannot be read up to yet.");
        describe_gauge!(HELD, "1 while readers wait for a transaction that has appended and not ended.");
        describe_gauge!(HELD_SECONDS, Unit::Seconds, "For how long readers have waited at the present hole.");
        describe_gauge!(HOLDERS, Unit::Count, "Transactions that readers wait for.");
        describe_counter!(FAILED_LOOKS, Unit::Count, "Looks for the end of the log that failed.");
        Self { schema: schema.to_owned().into() }
    }

    /// Tells what a look has found, and of one that failed, that it has. The recorder is asked each time: one that the
    /// application sets up after it has opened the store is to be told too.
    pub(super) fn tell(&self, status: &Status) {
        let schema = || self.schema.clone();
        counter!(FAILED_LOOKS, "schema" => schema()).increment(u64::from(status.failure.is_some()));
        if status.failure.is_some() {
            return;
        }
        let held = status.held.as_ref();
        let seconds = held.map_or(0.0, |held| held.since.elapsed().as_secs_f64());
        gauge!(POSITION, "schema" => schema()).set(status.mark as f64);
        gauge!(NEWEST, "schema" => schema()).set(status.newest as f64);
        gauge!(LAG, "schema" => schema()).set(status.newest.saturating_sub(status.mark) as f64);
        gauge!(HELD, "schema" => schema()).set(f64::from(held.is_some()));
        gauge!(HELD_SECONDS, "schema" => schema()).set(seconds);
        gauge!(HOLDERS, "schema" => schema()).set(held.map_or(0, |held| held.owners.len()) as f64);
    }
}
