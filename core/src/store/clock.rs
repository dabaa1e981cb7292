use crate::{StoreError, Timestamp, lease::LeaseStore, time::now};
use async_trait::async_trait;
use std::{fmt::Debug, time::Duration};

/// How long a wait lasts at most before the clock is asked again, which may have been set meanwhile.
const LONGEST: Duration = Duration::from_secs(60);

/// Tells what time it is, and when it is later.
///
/// A store that is in this process, such as `MemoryStore` or `SqliteStore`, goes by the clock that it is given, which is
/// [`SystemClock`] unless somebody says otherwise: a test gives it one that it advances by hand (`VirtualClock` of the test
/// kit). A store behind a server goes by the server's clock. Whoever has a store asks the store: [`LeaseStore::now`].
#[async_trait]
pub trait Clock: Debug + Send + Sync + 'static {
    /// What it shows, in the precision that every store keeps: microseconds.
    fn now(&self) -> Timestamp;

    /// Waits until it shows `time` or later: never returns early, and at once if it does already.
    async fn wait_until(&self, time: Timestamp);
}

/// The clock of the machine. It goes back when somebody sets it back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SystemClock;

impl SystemClock {
    /// The clock of the machine.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        now()
    }

    /// # Panics
    /// Outside of a Tokio runtime with timers, unless it does not have to wait.
    async fn wait_until(&self, time: Timestamp) {
        while let Some(remaining) = remaining(self.now(), time) {
            tokio::time::sleep(remaining.min(LONGEST)).await;
        }
    }
}

/// Waits by asking again, when the time should have come.
pub(crate) async fn wait_until(
    store: &(impl LeaseStore + ?Sized),
    time: Timestamp,
) -> Result<Timestamp, StoreError> {
    loop {
        let now = store.now().await?;
        let Some(remaining) = remaining(now, time) else { return Ok(now) };
        tokio::time::sleep(remaining.min(LONGEST)).await;
    }
}

/// How long it is from `now` until `time`; `None` if that has come.
fn remaining(now: Timestamp, time: Timestamp) -> Option<Duration> {
    (now < time).then(|| (time - now).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{Clock, LONGEST, SystemClock, remaining};
    use crate::Timestamp;
    use chrono::TimeDelta;
    use std::time::Duration;

    #[tokio::test]
    async fn it_is_never_early() {
        let clock = SystemClock::new();
        for wait in [0, 1, 999, 1_000, 1_001, 20_500] {
            let time = clock.now() + TimeDelta::microseconds(wait);
            clock.wait_until(time).await;
            assert!(clock.now() >= time, "{wait} microseconds");
        }
    }

    #[test]
    fn what_has_come_needs_no_timer() {
        let clock = SystemClock::new();
        futures_util::FutureExt::now_or_never(clock.wait_until(clock.now())).expect("it does not wait");
    }

    #[test]
    fn any_time_can_be_waited_for() {
        let (first, last) = (Timestamp::MIN_UTC, Timestamp::MAX_UTC);
        assert!(remaining(first, last) > Some(LONGEST));
        assert_eq!(remaining(last, first), None);
        assert_eq!(remaining(last, last), None);
        assert_eq!(remaining(last - TimeDelta::nanoseconds(1), last), Some(Duration::from_nanos(1)));
    }
}
