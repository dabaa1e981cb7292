use super::{correlation, read::Found};
use crate::{CausationId, CorrelationId, EventId, RecordedEvent};
use foldhash::HashMap;

/// An event of a trace, and its place in the tree.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// The event.
    pub event: RecordedEvent,
    /// How many events of the trace led to it: 0 if nothing in the trace did.
    pub depth: usize,
    /// What directly caused it.
    pub cause: Cause,
    /// The correlation that it belongs to, if that is not the trace's: here the chain goes on in another one, with what this
    /// event has caused.
    pub leaves_for: Option<CorrelationId>,
}

/// What directly caused an event.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Cause {
    /// The event names none: it was the request itself.
    Request,
    /// An event of the trace: the one at this index, before this one.
    Step(usize),
    /// An event that is in the log, and not in the trace: of another correlation, or before where reading began.
    Elsewhere(Box<RecordedEvent>),
    /// It is no event of the log: the id of a command or of a request that left no event, or of an event of another log.
    Unknown(CausationId),
    /// The cause that the event names is, by way of others or not, caused by the event itself. Only metadata that were
    /// written by hand can say that. The chain is cut here, at the event that is first in the log.
    Circle(CausationId),
}

/// Puts events in the order of a tree.
pub(super) fn grow(found: Found) -> Vec<Step> {
    let Found { correlation: trace, events, elsewhere } = found;
    let index: HashMap<EventId, usize> = events.iter().enumerate().map(|(n, event)| (event.id, n)).collect();
    let cause = |event: &RecordedEvent| index.get(&EventId(event.metadata.causation_id?.0)).copied();
    let causes: Vec<Option<usize>> = events.iter().map(cause).collect();
    let order = order(&causes);

    let mut events: Vec<_> = events.into_iter().map(Some).collect();
    // Where the event at an index of the log has got to.
    let mut steps_of = vec![None; events.len()];
    let mut steps: Vec<Step> = Vec::with_capacity(events.len());
    for (n, is_cut) in order {
        let Some(event) = events[n].take() else { continue };
        let named = event.metadata.causation_id;
        let parent = causes[n].filter(|_| !is_cut).and_then(|cause| steps_of[cause]);
        let cause = match (parent, named) {
            (Some(step), _) => Cause::Step(step),
            (None, None) => Cause::Request,
            (None, Some(id)) if is_cut => Cause::Circle(id),
            (None, Some(id)) => match elsewhere.get(&EventId(id.0)) {
                Some(cause) => Cause::Elsewhere(Box::new(cause.clone())),
                None => Cause::Unknown(id),
            },
        };
        let depth = parent.map_or(0, |parent: usize| steps[parent].depth + 1);
        let of = correlation(&event);
        steps_of[n] = Some(steps.len());
        steps.push(Step { event, depth, cause, leaves_for: (of != trace).then_some(of) });
    }
    steps
}

/// The indexes of all events, each behind its cause, and with it whether a circle is cut there.
fn order(causes: &[Option<usize>]) -> Vec<(usize, bool)> {
    let mut effects = vec![Vec::new(); causes.len()];
    for (n, cause) in causes.iter().enumerate() {
        if let Some(cause) = cause {
            effects[*cause].push(n);
        }
    }
    let mut order = Vec::with_capacity(causes.len());
    let mut is_placed = vec![false; causes.len()];
    let mut place = |root: usize, is_cut: bool| {
        // Not by recursion: a chain may be as long as the log.
        let mut waiting = vec![root];
        while let Some(n) = waiting.pop() {
            if std::mem::replace(&mut is_placed[n], true) {
                continue;
            }
            order.push((n, is_cut && n == root));
            waiting.extend(effects[n].iter().rev());
        }
    };
    let roots = (0..causes.len()).filter(|n| causes[*n].is_none());
    roots.for_each(|root| place(root, false));
    // What no root leads to is in a circle or hangs from one.
    let circles = circles(causes);
    circles.for_each(|root| place(root, true));
    order
}

/// Of each circle the event that is first in the log.
fn circles(causes: &[Option<usize>]) -> impl Iterator<Item = usize> + '_ {
    // Which walk has been at an event: each is walked from once.
    let mut walks = vec![0; causes.len()];
    (0..causes.len()).filter_map(move |start| {
        let walk = start + 1;
        let mut at = start;
        while walks[at] == 0 {
            walks[at] = walk;
            at = causes[at]?;
        }
        if walks[at] != walk {
            return None;
        }
        let (mut first, mut n) = (at, causes[at]?);
        while n != at {
            first = first.min(n);
            n = causes[n]?;
        }
        Some(first)
    })
}
