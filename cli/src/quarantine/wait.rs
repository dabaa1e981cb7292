use super::{
    find,
    object::{attempts, error},
};
use crate::{
    failure::Failure,
    output::{Output, count, escape},
    store::{Lane, ListParked, Parked, Position, Request, WholeStore},
};
use serde_json::json;
use std::{collections::HashMap, io, time::Duration};
use tokio::time::Instant;

/// How often it is looked: nobody says that something has left quarantine.
const LOOK: Duration = Duration::from_millis(100);

/// What became of a lane for which something was asked.
#[derive(Debug, PartialEq)]
enum Outcome<'a> {
    Left,
    /// This is its first event now.
    Failed(&'a Parked),
    /// Nobody has seen to it, or somebody is at it.
    Pending,
}

/// Waits for what was asked for the lanes that had these first events.
pub(super) async fn run(
    store: &WholeStore,
    of: &ListParked,
    request: Request,
    heads: Vec<Parked>,
    seconds: u32,
    out: &mut Output,
) -> Result<(), Failure> {
    let end = Instant::now() + Duration::from_secs(seconds.into());
    let mut waiting: Vec<_> = heads.into_iter().map(|head| (head.lane, head.position)).collect();
    let mut failed = 0;
    loop {
        let last = Instant::now() >= end;
        let heads: HashMap<_, _> =
            find::heads(store, of).await?.into_iter().map(|head| (head.lane.clone(), head)).collect();
        let mut pending = Vec::new();
        for (lane, first) in waiting {
            let outcome = outcome(first, heads.get(&lane));
            if outcome == Outcome::Pending && !last {
                pending.push((lane, first));
                continue;
            }
            failed += u64::from(matches!(outcome, Outcome::Failed(_)));
            print(&lane, first, request, &outcome, out)?;
            if outcome == Outcome::Pending {
                pending.push((lane, first));
            }
        }
        out.flush()?;
        if last || pending.is_empty() {
            return conclude(failed, pending.len() as u64, seconds);
        }
        waiting = pending;
        tokio::time::sleep_until(end.min(Instant::now() + LOOK)).await;
    }
}

/// What was asked for is noted at the first event, until it was applied or has failed again.
fn outcome(first: Position, now: Option<&Parked>) -> Outcome<'_> {
    match now {
        None => Outcome::Left,
        Some(head) if head.request.is_some() => Outcome::Pending,
        // The first one is done, and the others are being applied.
        Some(head) if head.position > first && head.failure.is_none() => Outcome::Pending,
        Some(head) => Outcome::Failed(head),
    }
}

fn print(
    lane: &Lane,
    first: Position,
    request: Request,
    outcome: &Outcome<'_>,
    out: &mut Output,
) -> io::Result<()> {
    let name = lane.to_string();
    if out.is_json() {
        return out.object(&match outcome {
            Outcome::Left => json!({ "lane": name, "outcome": "left" }),
            Outcome::Pending => json!({ "lane": name, "outcome": "pending" }),
            Outcome::Failed(head) => json!({
                "lane": name, "outcome": "failed", "position": head.position, "attempts": attempts(head),
                "error": error(head),
            }),
        });
    }
    let name = escape(&name);
    match outcome {
        Outcome::Left => out.line(format_args!("{name} has left quarantine")),
        Outcome::Pending => out.line(format_args!("{name} is still waiting")),
        Outcome::Failed(head) => {
            let (position, attempts) = (head.position, count(attempts(head).into(), "attempt"));
            // Somebody has asked for it to be tried instead.
            let undone = request == Request::Skip && position == first;
            let what = if undone { "has failed again before it was left out" } else { "has failed again" };
            let error = escape(error(head).unwrap_or_default());
            out.line(format_args!("{name} {what}, at position {position}, {attempts}: {error}"))
        }
    }
}

fn conclude(failed: u64, pending: u64, seconds: u32) -> Result<(), Failure> {
    let has_failed = format!("{} failed again", count(failed, "lane"));
    let is_pending = format!(
        "{} still waiting after {}; does the application run?",
        count(pending, "lane"),
        count(seconds.into(), "second")
    );
    match (failed, pending) {
        (0, 0) => Ok(()),
        (_, 0) => Err(Failure::new(has_failed)),
        (0, _) => Err(Failure::new(is_pending)),
        (..) => Err(Failure::new(format!("{has_failed}, {is_pending}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{ConsumerName, EventType, LogId, StreamId};
    use factum::CheckpointKey;
    use factum::quarantine;

    fn head(position: u64, attempts: u32, request: Option<Request>) -> Parked {
        let consumer = ConsumerName::new("careful_v1").expect("a name");
        let key = CheckpointKey::new(consumer, LogId(factum::uuid::Uuid::nil()));
        let stream: StreamId = "journal-1".parse().expect("a stream");
        let event_type = EventType::from_static("Noted");
        let mut head = Parked::new(key, stream.clone().into(), Position::new(position), stream, event_type);
        head.failure = (attempts > 0).then(|| quarantine::Failure::new("no", attempts));
        head.request = request.map(|request| quarantine::Asked::new(request, 0));
        head
    }

    #[test]
    fn a_lane_is_done_with_when_nothing_is_requested_any_more_and_nobody_is_at_it() {
        let first = Position::new(5);
        assert_eq!(outcome(first, None), Outcome::Left);
        for pending in [head(5, 1, Some(Request::Retry)), head(5, 2, Some(Request::Skip)), head(7, 0, None)] {
            assert_eq!(outcome(first, Some(&pending)), Outcome::Pending, "{pending:?}");
        }
        for failed in [head(5, 2, None), head(7, 1, None)] {
            assert_eq!(outcome(first, Some(&failed)), Outcome::Failed(&failed));
        }
    }
}
