//! A trace for programs.

use crate::{
    output::Output,
    record::{Record, time},
    store::{Cause, Step, Trace},
};
use serde::Serialize;
use serde_json::{Value, json};
use std::io;

/// An event of a trace: what `log` prints of it, and its place in the trace.
#[derive(Serialize)]
struct Object<'a> {
    #[serde(flatten)]
    record: Record<'a>,
    depth: usize,
    /// From when the first event of the trace happened until this one did.
    after_us: i64,
    cause: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    leaves_for: Option<String>,
}

pub(super) fn all(trace: &Trace, out: &mut Output) -> io::Result<()> {
    let start = trace.start();
    for step in &trace.steps {
        out.object(&Object {
            record: Record::new(&step.event),
            depth: step.depth,
            after_us: (step.event.time - start).num_microseconds().unwrap_or_default(),
            cause: cause(trace, step),
            leaves_for: step.leaves_for.map(|correlation| correlation.to_string()),
        })?;
    }
    out.object(&json!({ "summary": {
        "correlation": trace.correlation,
        "events": trace.steps.len(),
        "start": time(start),
        "end": time(trace.end()),
        "whole": trace.is_whole,
    } }))
}

fn cause(trace: &Trace, step: &Step) -> Value {
    match &step.cause {
        Cause::Step(index) => {
            let event = &trace.steps[*index].event;
            json!({ "kind": "event", "id": event.id, "position": event.position })
        }
        Cause::Elsewhere(event) => json!({
            "kind": "elsewhere",
            "id": event.id,
            "position": event.position,
            "correlation": event.metadata.correlation_id,
        }),
        Cause::Unknown(id) => json!({ "kind": "unknown", "id": id }),
        Cause::Circle(id) => json!({ "kind": "circle", "id": id }),
        _ => json!({ "kind": "request" }),
    }
}
