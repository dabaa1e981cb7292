use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::Notify, time::Instant};

/// Whether messages are sent to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Circuit {
    /// They are.
    #[non_exhaustive]
    Closed {
        /// So many in a row have failed.
        failures: u32,
    },
    /// They are not: too many in a row have failed, or the endpoint has asked for a pause.
    #[non_exhaustive]
    Open {
        /// For so long yet. At zero, the next message is tried.
        left: Duration,
    },
    /// One of them is on its way, to see whether the endpoint is there again.
    HalfOpen,
}

/// How long an endpoint that fails is left alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pauses {
    /// After so many failures in a row.
    pub(super) failures: u32,
    pub(super) first: Duration,
    pub(super) longest: Duration,
}

/// An endpoint may ask for a pause, and not for ever.
const LONGEST_ASKED_FOR: Duration = Duration::from_secs(60 * 60);

/// The circuit breaker of an endpoint.
#[derive(Debug)]
pub(super) struct Breaker {
    pauses: Pauses,
    /// Of which endpoint, for the log.
    host: String,
    state: Mutex<State>,
    /// The one that was let through has come back.
    is_decided: Notify,
}

#[derive(Debug)]
enum State {
    Closed {
        failures: u32,
    },
    /// It has been opened `trips` times since it was last closed.
    Open {
        until: Instant,
        trips: u32,
    },
    HalfOpen {
        trips: u32,
    },
}

/// May be sent. Says what has become of it; dropped, it says that nothing is known.
#[must_use]
pub(super) struct Pass<'a> {
    breaker: &'a Breaker,
    /// It is the one that is let through by a half-open circuit.
    is_probe: bool,
}

impl Breaker {
    pub(super) fn new(pauses: Pauses, host: String) -> Self {
        Self { pauses, host, state: Mutex::new(State::Closed { failures: 0 }), is_decided: Notify::new() }
    }

    pub(super) fn circuit(&self) -> Circuit {
        match *self.state() {
            State::Closed { failures } => Circuit::Closed { failures },
            State::Open { until, .. } => {
                Circuit::Open { left: until.saturating_duration_since(Instant::now()) }
            }
            State::HalfOpen { .. } => Circuit::HalfOpen,
        }
    }

    /// Lets a message through, or says for how long none is. While it is tried whether the endpoint is there again, the others
    /// wait for the outcome, which is no longer than a message may take.
    pub(super) async fn enter(&self) -> Result<Pass<'_>, Duration> {
        loop {
            // Before the look, so that an outcome in between is not missed.
            let mut is_decided = std::pin::pin!(self.is_decided.notified());
            is_decided.as_mut().enable();
            if let Some(entered) = self.try_enter() {
                return entered;
            }
            is_decided.await;
        }
    }

    fn try_enter(&self) -> Option<Result<Pass<'_>, Duration>> {
        let mut state = self.state();
        match *state {
            State::Closed { .. } => Some(Ok(Pass { breaker: self, is_probe: false })),
            State::HalfOpen { .. } => None,
            State::Open { until, trips } => {
                let left = until.saturating_duration_since(Instant::now());
                if !left.is_zero() {
                    return Some(Err(left));
                }
                *state = State::HalfOpen { trips };
                Some(Ok(Pass { breaker: self, is_probe: true }))
            }
        }
    }

    fn opened(&self, trips: u32, asked_for: Option<Duration>) -> State {
        let Pauses { first, longest, .. } = self.pauses;
        let pause = first.saturating_mul(1_u32.checked_shl(trips).unwrap_or(u32::MAX)).min(longest);
        let pause = pause.max(asked_for.unwrap_or_default().min(LONGEST_ASKED_FOR));
        tracing::warn!(endpoint = self.host, ?pause, "nothing is sent to the endpoint for now");
        State::Open { until: Instant::now() + pause, trips: trips.saturating_add(1) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass<'_> {
    /// The endpoint has answered.
    pub(super) fn succeeded(mut self) {
        let is_probe = std::mem::take(&mut self.is_probe);
        let mut state = self.breaker.state();
        match *state {
            State::HalfOpen { .. } if is_probe => {
                tracing::info!(endpoint = self.breaker.host, "the endpoint is there again");
                *state = State::Closed { failures: 0 };
                self.breaker.is_decided.notify_waiters();
            }
            State::Closed { .. } => *state = State::Closed { failures: 0 },
            // One that was sent before the circuit opened says nothing of now.
            State::Open { .. } | State::HalfOpen { .. } => {}
        }
    }

    /// The endpoint has not answered, or has asked for a pause.
    pub(super) fn failed(mut self, asked_for: Option<Duration>) {
        let is_probe = std::mem::take(&mut self.is_probe);
        let breaker = self.breaker;
        let mut state = breaker.state();
        match *state {
            State::HalfOpen { trips } if is_probe => {
                *state = breaker.opened(trips, asked_for);
                breaker.is_decided.notify_waiters();
            }
            State::Closed { failures } => {
                let failures = failures.saturating_add(1);
                *state = match failures >= breaker.pauses.failures || asked_for.is_some() {
                    true => breaker.opened(0, asked_for),
                    false => State::Closed { failures },
                };
            }
            State::Open { .. } | State::HalfOpen { .. } => {}
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if !self.is_probe {
            return;
        }
        let mut state = self.breaker.state();
        if let State::HalfOpen { trips } = *state {
            *state = State::Open { until: Instant::now(), trips };
            self.breaker.is_decided.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests;
