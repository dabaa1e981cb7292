//! A trace for people.

use crate::{
    args::TraceId,
    output::{Output, count, escape},
    payload,
    record::{tags, time},
    store::{Cause, Step, Trace},
};
use chrono::TimeDelta;
use std::io;

/// So many lines are drawn beside each other; of a longer chain, it is said how many there are more.
const DEEPEST: usize = 30;

pub(super) fn all(trace: &Trace, id: &TraceId, out: &mut Output) -> io::Result<()> {
    let traceparent = trace.steps.iter().find_map(|step| step.event.metadata.traceparent.as_deref());
    let of = traceparent.map_or(String::new(), |text| format!(", traceparent {}", escape(text)));
    out.line(format_args!("correlation {}{of}", trace.correlation))?;
    let branches = branches(&trace.steps);
    for (step, branch) in trace.steps.iter().zip(branches) {
        let event = &step.event;
        let after = elapsed(event.time - trace.start());
        let mark = if id.is(event) { "*" } else { " " };
        let (stream, version) = (escape(event.stream.as_str()), event.version);
        let (event_type, tags) = (escape(event.event_type.as_str()), tags(&event.tags));
        let line = format!(
            "{mark}{:>9}  {}  {after:>9}  {branch}{stream} {version}  {event_type}{tags}{}  ",
            event.position,
            time(event.time),
            notes(step, traceparent),
        );
        out.line_with_end(&line, &payload::inline(&event.payload))?;
    }
    let (events, took) = (count(trace.steps.len() as u64, "event"), elapsed(trace.end() - trace.start()));
    if !trace.is_whole {
        return out.line(format_args!("{events}, and there are more: --limit shows them"));
    }
    match out.is_quiet() {
        true => Ok(()),
        false => out.line(format_args!("{events} within {}", &took[1..])),
    }
}

/// What is known of an event that its place in the tree does not show.
fn notes(step: &Step, traceparent: Option<&str>) -> String {
    let metadata = &step.event.metadata;
    let mut notes = Vec::new();
    let mut note = |name: &str, text: Option<&str>| {
        notes.extend(text.map(|text| format!("{name} {}", escape(text))));
    };
    note("by command", metadata.command.as_deref());
    note("of", metadata.actor.as_deref());
    note("traceparent", metadata.traceparent.as_deref().filter(|own| Some(*own) != traceparent));
    if let Some(deadline) = metadata.get("deadline").and_then(serde_json::Value::as_str) {
        // It happened when it was due, and was recorded when it fired.
        let late = elapsed((step.event.recorded_at - step.event.time).max(TimeDelta::zero()));
        notes.push(format!("deadline {}, {} late", escape(deadline), &late[1..]));
    }
    match &step.cause {
        Cause::Elsewhere(cause) => {
            let (event_type, position) = (escape(cause.event_type.as_str()), cause.position);
            notes.push(match cause.metadata.correlation_id {
                Some(other) if Some(other) != metadata.correlation_id => {
                    format!("caused by {event_type} at {position}, of correlation {other}")
                }
                _ => format!("caused by {event_type} at {position}"),
            });
        }
        Cause::Unknown(id) => notes.push(format!("caused by {id}, which is no event of this log")),
        Cause::Circle(id) => notes.push(format!("said to be caused by {id}, which it has caused itself")),
        _ => {}
    }
    notes.extend(step.leaves_for.map(|other| format!("goes on in correlation {other}")));
    match &*notes {
        [] => String::new(),
        notes => format!("  ({})", notes.join("; ")),
    }
}

/// The lines that lead to each step.
fn branches(steps: &[Step]) -> impl Iterator<Item = String> {
    // Whether there is another step with the same cause, further down.
    let mut is_last = vec![true; steps.len()];
    // Of each depth, whether a step is waiting for one before it.
    let mut follows: Vec<bool> = Vec::new();
    for (n, step) in steps.iter().enumerate().rev() {
        follows.resize(step.depth + 1, false);
        is_last[n] = !follows[step.depth];
        follows[step.depth] = true;
    }
    // Of each depth from 1 on, whether the line of the step above goes on further down.
    let mut open: Vec<bool> = Vec::new();
    steps.iter().zip(is_last).map(move |(step, is_last)| {
        let Some(above) = step.depth.checked_sub(1) else {
            open.clear();
            return String::new();
        };
        open.truncate(above);
        let hidden = above.saturating_sub(DEEPEST);
        let mut branch = if hidden > 0 { format!("[{hidden}] ") } else { String::new() };
        branch.extend(open.iter().skip(hidden).map(|is_open| if *is_open { "│  " } else { "   " }));
        branch.push_str(if is_last { "└─ " } else { "├─ " });
        open.push(!is_last);
        branch
    })
}

/// How long after the first event.
fn elapsed(time: TimeDelta) -> String {
    let micros = time.num_microseconds().unwrap_or(i64::MAX);
    let part = |unit: i64| micros as f64 / unit as f64;
    match micros {
        0..1_000 => format!("+{micros}us"),
        1_000..1_000_000 => format!("+{:.1}ms", part(1_000)),
        1_000_000..60_000_000 => format!("+{:.2}s", part(1_000_000)),
        60_000_000..3_600_000_000 => format!("+{:.1}min", part(60_000_000)),
        3_600_000_000..172_800_000_000 => format!("+{:.1}h", part(3_600_000_000)),
        _ => format!("+{:.1}d", part(86_400_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::elapsed;
    use chrono::TimeDelta;

    #[test]
    fn times_are_told_in_the_unit_that_fits() {
        for (micros, text) in [
            (0, "+0us"),
            (999, "+999us"),
            (1_500, "+1.5ms"),
            (2_345_678, "+2.35s"),
            (90_000_000, "+1.5min"),
            (86_400_000_000, "+24.0h"),
            (864_000_000_000, "+10.0d"),
        ] {
            assert_eq!(elapsed(TimeDelta::microseconds(micros)), text);
        }
    }
}
