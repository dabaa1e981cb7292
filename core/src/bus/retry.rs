use super::{Committed, Envelope, Rejection, SendError};
use crate::{Command, store::Conflict};
use futures_util::future::BoxFuture;
use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use tower::retry::{
    Policy,
    budget::{Budget, TpsBudget},
};

/// Decides again when another writer was faster: a [`tower::Layer`] around [`Decide`](super::Decide), and a
/// [`tower::retry::Policy`] around anything.
///
/// - **As a layer** it wraps [`Decide`](super::Decide) itself; the service is [`DecideAgain`](super::DecideAgain). Use it
///   unless something has to stand between the two, as nothing does in a [`CommandBus`](super::CommandBus).
/// - **As a policy** of a [`tower::retry::RetryLayer`] it wraps any service of [`Envelope`]s that ends in a `Decide`. Use it
///   where a layer of your own has to see each attempt, and not each command: a timeout for an attempt, or a count.
///
/// The second attempt follows at once, later ones after a pause ([`Backoff`]). There are at most
/// [`attempts`](Self::attempts) for one command; and for all commands together, a
/// [budget](Self::retries_per_second), so that a stream that too many write to does not keep the store busy with
/// attempts that fail. When either is used up, the sender gets the conflict. What a sender
/// [expected](super::Context::expected) itself is never tried again.
///
/// Outside a tokio runtime there are no pauses; one that there is needs its timer.
#[derive(Clone)]
pub struct ConflictRetry {
    attempts: NonZeroU32,
    backoff: Backoff,
    shared: Arc<Shared>,
    /// Attempts of the command at hand that have failed.
    failed: u32,
}

struct Shared {
    budget: TpsBudget,
    conflicts: AtomicU64,
}

impl ConflictRetry {
    /// Under contention somebody always makes progress, so a command that lost this often is one of very many.
    const ATTEMPTS: NonZeroU32 = NonZeroU32::new(100).expect("100 is not 0");
    const PER_SECOND: u32 = 10_000;
    /// Over how long the rate is kept.
    const WINDOW: Duration = Duration::from_secs(10);

    /// 100 attempts, and 10,000 retries a second.
    #[must_use]
    pub fn new() -> Self {
        Self {
            attempts: Self::ATTEMPTS,
            backoff: Backoff::default(),
            shared: Self::shared(Self::PER_SECOND),
            failed: 0,
        }
    }

    /// How often a command is decided at most. With 1, a conflict is returned at once.
    #[must_use]
    pub const fn attempts(mut self, attempts: NonZeroU32) -> Self {
        self.attempts = attempts;
        self
    }

    /// How long to wait before the third attempt and those that follow.
    #[must_use]
    pub const fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// How many retries all commands together have, on the average of ten seconds.
    #[must_use]
    pub fn retries_per_second(mut self, retries: u32) -> Self {
        self.shared = Self::shared(retries);
        self
    }

    /// How many attempts have ended in a conflict so far, over all commands.
    #[must_use]
    pub fn conflicts(&self) -> u64 {
        self.shared.conflicts.load(Relaxed)
    }

    fn shared(retries: u32) -> Arc<Shared> {
        let budget = TpsBudget::new(Self::WINDOW, retries.min(i32::MAX as u32 - 1), 0.0);
        Arc::new(Shared { budget, conflicts: AtomicU64::new(0) })
    }
}

impl<C: Command> Policy<Envelope<C>, Committed<C::Decider>, SendError<Rejection<C>>> for ConflictRetry {
    type Future = BoxFuture<'static, ()>;

    fn retry(
        &mut self,
        envelope: &mut Envelope<C>,
        result: &mut Result<Committed<C::Decider>, SendError<Rejection<C>>>,
    ) -> Option<Self::Future> {
        let Err(SendError::Conflict(conflict)) = result else { return None };
        self.shared.conflicts.fetch_add(1, Relaxed);
        self.failed += 1;
        let is_over = is_senders(envelope, conflict) || self.failed >= self.attempts.get();
        if is_over || !self.shared.budget.withdraw() {
            return None;
        }
        tracing::debug!(stream = %envelope.stream(), attempt = self.failed, %conflict, "deciding again");
        Some(Box::pin(pause(self.backoff.before(self.failed))))
    }

    fn clone_request(&mut self, envelope: &Envelope<C>) -> Option<Envelope<C>> {
        // Also when there is but one attempt: without it, nobody would hear of its conflict.
        Some(envelope.clone())
    }
}

/// Whether the sender's own expectation failed, which no further attempt can change.
fn is_senders<C: Command>(envelope: &Envelope<C>, conflict: &Conflict) -> bool {
    match conflict {
        Conflict::Version { actual, .. } => {
            envelope.context().expected.is_some_and(|expected| !expected.is_met_by(*actual))
        }
        Conflict::Condition { .. } => false,
    }
}

async fn pause(time: Duration) {
    if !time.is_zero() && tokio::runtime::Handle::try_current().is_ok() {
        tokio::time::sleep(time).await;
    }
}

impl Default for ConflictRetry {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ConflictRetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConflictRetry")
            .field("attempts", &self.attempts)
            .field("backoff", &self.backoff)
            .finish_non_exhaustive()
    }
}

/// Pauses that grow, with full jitter: a random time between nothing and a limit that doubles from attempt to attempt,
/// so that those who lost against each other do not meet again
/// ([Exponential Backoff And Jitter](https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
}

impl Backoff {
    /// The first pause is at most `first`, none is longer than `longest`.
    #[must_use]
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// The pause after so many failed attempts; none after the first.
    #[must_use]
    pub fn before(self, failed: u32) -> Duration {
        let Some(doublings) = failed.checked_sub(2) else { return Duration::ZERO };
        let limit = self.first.saturating_mul(1 << doublings.min(20)).min(self.longest);
        // The keys of a new hasher state differ from those of the last one, which is all the chance that this needs.
        let chance = RandomState::new().hash_one(failed);
        limit.mul_f64(chance as f64 / u64::MAX as f64)
    }
}

impl Default for Backoff {
    /// Up to 2 ms, then up to twice as long each time, to 50 ms.
    fn default() -> Self {
        Self::new(Duration::from_millis(2), Duration::from_millis(50))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn pauses_grow_to_a_limit_and_are_never_the_same() {
        let backoff = Backoff::new(Duration::from_millis(10), Duration::from_millis(80));
        assert_eq!(backoff.before(1), Duration::ZERO);
        for (failed, limit) in [(2, 10), (3, 20), (4, 40), (5, 80), (6, 80), (u32::MAX, 80)] {
            let pauses: HashSet<_> = (0..100).map(|_| backoff.before(failed)).collect();
            assert!(pauses.iter().all(|pause| *pause <= Duration::from_millis(limit)), "after {failed}");
            assert!(pauses.len() > 50, "after {failed}: {pauses:?}");
        }
    }
}
