//! What a projection tells the recorder of the application, if it has one.

use super::progress::{Holder, Progress};
use metrics::{Unit, counter, describe_counter, describe_gauge, gauge};

const POSITION: &str = "factum_projection_position";
const BEHIND: &str = "factum_projection_behind_positions";
const HELD: &str = "factum_projection_held_lanes";
const HERE: &str = "factum_projection_here";
const ALIVE: &str = "factum_projection_alive_seconds";
const MOVED: &str = "factum_projection_moved_seconds";
const EVENTS: &str = "factum_projection_events_total";
const FAILURES: &str = "factum_projection_failures_total";

pub(super) fn describe() {
    describe_gauge!(POSITION, "The position up to which a partition is applied.");
    describe_gauge!(BEHIND, Unit::Count, "Positions from there to the end of the log.");
    describe_gauge!(HELD, Unit::Count, "Lanes of a partition that are in quarantine.");
    describe_gauge!(HERE, "1 for a partition that this node applies.");
    describe_gauge!(ALIVE, Unit::Seconds, "How long ago the task of a partition has shown that it lives.");
    describe_gauge!(MOVED, Unit::Seconds, "How long ago a partition has come further.");
    describe_counter!(EVENTS, Unit::Count, "Events that were applied.");
    describe_counter!(FAILURES, Unit::Count, "Batches that could not be applied.");
}

/// Told each second.
pub(super) fn tell(projection: &'static str, progress: &Progress, head: u64) {
    for (number, partition) in progress.partitions.iter().enumerate() {
        let labels = [("projection", projection.to_owned()), ("partition", number.to_string())];
        let position = partition.position.get();
        gauge!(POSITION, &labels).set(position as f64);
        gauge!(BEHIND, &labels).set(head.saturating_sub(position) as f64);
        gauge!(HELD, &labels).set(partition.held as f64);
        gauge!(HERE, &labels).set(f64::from(partition.holder == Holder::Here));
        for (name, at) in [(ALIVE, partition.alive_at), (MOVED, partition.moved_at)] {
            if let Some(at) = at {
                gauge!(name, &labels).set(at.elapsed().as_secs_f64());
            }
        }
    }
}

pub(super) fn applied(projection: &'static str, events: usize) {
    counter!(EVENTS, "projection" => projection).increment(events as u64);
}

pub(super) fn failed(projection: &'static str) {
    counter!(FAILURES, "projection" => projection).increment(1);
}
