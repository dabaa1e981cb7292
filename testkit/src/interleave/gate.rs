use std::{
    collections::BTreeMap,
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

/// Where the calls of the store wait until it is their turn. All clones are one gate.
#[derive(Clone, Debug, Default)]
pub(super) struct Gate {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    /// The command that is being polled; a call that comes from elsewhere is none of a command's, and passes.
    polled: Option<usize>,
    /// In the order of commands, so that a run that is repeated finds the same order.
    waiting: BTreeMap<Place, Waiting>,
    arrived: u64,
    passed: Vec<Step>,
}

impl Inner {
    /// Without those that may pass and have not come back yet: a command need not poll all that it has begun.
    fn shut_out(&self) -> impl Iterator<Item = Place> {
        self.waiting.iter().filter(|(_, waiting)| !waiting.open).map(|(place, _)| *place)
    }
}

/// A call that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) command: usize,
    arrival: u64,
}

#[derive(Debug)]
struct Waiting {
    call: Call,
    open: bool,
    waker: Waker,
}

/// What a command is about to do.
#[derive(Clone, Copy, Debug)]
pub(super) enum Call {
    Begin,
    Load,
    Look,
    Append,
}

/// What a command did.
#[derive(Debug)]
struct Step {
    command: usize,
    call: Call,
    outcome: Option<&'static str>,
}

impl Gate {
    /// Waits until the gate is opened for this call. Gives the number of the step, if it is one.
    pub(super) fn pass(&self, call: Call) -> Pass {
        Pass { gate: self.clone(), call, place: None }
    }

    /// Says what came of a step.
    pub(super) fn note(&self, step: Option<usize>, outcome: &'static str) {
        if let Some(step) = step {
            self.lock().passed[step].outcome = Some(outcome);
        }
    }

    /// Says whose calls come until the next such word.
    pub(super) fn polled(&self, command: Option<usize>) {
        self.lock().polled = command;
    }

    /// The calls that wait for their turn.
    pub(super) fn waiting(&self) -> Vec<Place> {
        self.lock().shut_out().collect()
    }

    pub(super) fn is_waiting(&self, command: usize) -> bool {
        self.lock().shut_out().any(|place| place.command == command)
    }

    /// Opens the gate for one call.
    pub(super) fn open(&self, place: Place) {
        let waker = self.lock().waiting.get_mut(&place).map(|waiting| {
            waiting.open = true;
            waiting.waker.clone()
        });
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub(super) fn steps(&self) -> usize {
        self.lock().passed.len()
    }

    pub(super) fn has_passed(&self, command: usize) -> bool {
        self.lock().passed.iter().any(|step| step.command == command)
    }

    /// All steps in words.
    pub(super) fn order(&self) -> String {
        self.lock().passed.iter().map(Step::to_string).collect::<Vec<_>>().join(", ")
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let call = match self.call {
            Call::Begin => "begin",
            Call::Load => "load",
            Call::Look => "look",
            Call::Append => "append",
        };
        write!(f, "{}: {call}", self.command + 1)?;
        self.outcome.iter().try_for_each(|outcome| write!(f, " -> {outcome}"))
    }
}

/// A call before the gate.
#[derive(Debug)]
pub(super) struct Pass {
    gate: Gate,
    call: Call,
    place: Option<Place>,
}

impl Future for Pass {
    type Output = Option<usize>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<usize>> {
        let gate = self.gate.clone();
        let mut inner = gate.lock();
        let Some(place) = self.place else {
            let Some(command) = inner.polled else { return Poll::Ready(None) };
            inner.arrived += 1;
            let place = Place { command, arrival: inner.arrived };
            let waiting = Waiting { call: self.call, open: false, waker: cx.waker().clone() };
            inner.waiting.insert(place, waiting);
            self.place = Some(place);
            return Poll::Pending;
        };
        let Some(waiting) = inner.waiting.get_mut(&place) else { return Poll::Ready(None) };
        if !waiting.open {
            waiting.waker.clone_from(cx.waker());
            return Poll::Pending;
        }
        let step = Step { command: place.command, call: waiting.call, outcome: None };
        inner.waiting.remove(&place);
        inner.passed.push(step);
        self.place = None;
        Poll::Ready(Some(inner.passed.len() - 1))
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.gate.lock().waiting.remove(&place);
        }
    }
}
