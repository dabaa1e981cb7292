//! What an agent tells the recorder of the application, if it has one.

use metrics::{Unit, counter, describe_counter, describe_histogram, histogram};
use std::time::Duration;

const COMMANDS: &str = "factum_process_commands_total";
const REFUSED: &str = "factum_process_commands_refused_total";
const LATE: &str = "factum_process_deadline_late_seconds";

pub(super) fn describe() {
    describe_counter!(COMMANDS, Unit::Count, "Commands that have an answer.");
    describe_counter!(REFUSED, Unit::Count, "Commands that were put into quarantine, or stay there.");
    describe_histogram!(LATE, Unit::Seconds, "How late deadlines have fired.");
}

pub(super) fn answered(process: &'static str, commands: usize) {
    counter!(COMMANDS, "process" => process).increment(commands as u64);
}

pub(super) fn refused(process: &'static str) {
    counter!(REFUSED, "process" => process).increment(1);
}

pub(super) fn fired(process: &'static str, late: Duration) {
    histogram!(LATE, "process" => process).record(late.as_secs_f64());
}
