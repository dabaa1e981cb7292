//! A clock that a test advances.

use async_trait::async_trait;
use chrono::{DateTime, SubsecRound};
use factum_core::{Timestamp, store::Clock};
use std::{fmt, sync::Arc, time::Duration};
use tokio::sync::watch;

/// When a new clock begins: 2000-01-01T00:00:00Z, in seconds since 1970.
const BEGIN: i64 = 946_684_800;

/// A clock that stands still until it is advanced, for a store that is given it: `MemoryStore::with_clock` and
/// `SqliteConfig::clock`. Cheap to clone; all clones are one clock.
///
/// A day passes at once:
///
/// ```
/// use factum::{LeaseStore, MemoryStore};
/// use factum_testkit::VirtualClock;
/// use std::time::Duration;
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// const DAY: Duration = Duration::from_secs(86_400);
/// let clock = VirtualClock::new();
/// let store = MemoryStore::with_clock(clock.clone());
/// let tomorrow = store.now().await?.checked_add_signed(chrono::TimeDelta::days(1)).expect("a time");
///
/// let waiter = tokio::spawn(async move { store.wait_until(tomorrow).await });
/// clock.advance(DAY - Duration::from_secs(1));
/// tokio::task::yield_now().await;
/// assert!(!waiter.is_finished());
///
/// clock.advance(Duration::from_secs(1));
/// assert_eq!(waiter.await??, tomorrow);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// It has nothing to do with Tokio's own clock, whether that is paused or not: what sleeps by Tokio's timers, such as a
/// pause after a failure, is not woken by it. To see that something did *not* happen, let everything happen that can
/// first, for example by waiting until the app has caught up.
#[derive(Clone)]
pub struct VirtualClock {
    now: Arc<watch::Sender<Timestamp>>,
}

impl VirtualClock {
    /// A clock that shows 2000-01-01T00:00:00Z.
    #[must_use]
    pub fn new() -> Self {
        Self::at(DateTime::from_timestamp(BEGIN, 0).expect("the year 2000 is in range"))
    }

    /// A clock that shows `time`, in microseconds.
    #[must_use]
    pub fn at(time: Timestamp) -> Self {
        Self { now: Arc::new(watch::Sender::new(time.trunc_subsecs(6))) }
    }

    /// Lets so much time pass, and wakes whoever waited for it. What is finer than a microsecond is cut off.
    ///
    /// # Panics
    /// If that were after the year 262142.
    pub fn advance(&self, time: Duration) {
        self.now.send_modify(|now| {
            *now = now.checked_add_signed(whole(time)).expect("the time is in range");
        });
    }

    /// Lets time pass until it is `time`.
    ///
    /// # Panics
    /// If it is later already: time does not go back.
    pub fn advance_to(&self, time: Timestamp) {
        let time = time.trunc_subsecs(6);
        self.now.send_modify(|now| {
            assert!(time >= *now, "it is {now} already, and time does not go back to {time}");
            *now = time;
        });
    }
}

fn whole(time: Duration) -> chrono::TimeDelta {
    let micros = i64::try_from(time.as_micros()).expect("the time is in range");
    chrono::TimeDelta::microseconds(micros)
}

#[async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
    }

    async fn wait_until(&self, time: Timestamp) {
        let shown = self.now.subscribe().wait_for(|now| *now >= time).await.map(drop);
        shown.expect("this clock keeps the sender");
    }
}

impl Default for VirtualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for VirtualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VirtualClock({})", *self.now.borrow())
    }
}

#[cfg(test)]
mod tests {
    use super::VirtualClock;
    use chrono::TimeDelta;
    use factum_core::store::Clock;
    use futures_util::FutureExt;
    use std::{pin::pin, time::Duration};

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn it_stands_still() {
        let clock = VirtualClock::new();
        assert_eq!(clock.now().to_string(), "2000-01-01 00:00:00 UTC");
        assert_eq!(clock.now(), clock.now());
    }

    #[test]
    fn clones_are_one_clock() {
        let clock = VirtualClock::new();
        let begin = clock.now();
        clock.clone().advance(SECOND);
        assert_eq!(clock.now() - begin, TimeDelta::seconds(1));
        clock.advance_to(begin + TimeDelta::days(1));
        assert_eq!(clock.clone().now() - begin, TimeDelta::days(1));
    }

    #[test]
    fn it_shows_microseconds() {
        let clock = VirtualClock::at(VirtualClock::new().now() + TimeDelta::nanoseconds(1_999));
        clock.advance(Duration::from_nanos(1_999));
        assert_eq!(clock.now() - VirtualClock::new().now(), TimeDelta::microseconds(2));
    }

    #[test]
    fn who_waits_is_woken_when_it_is_time() {
        let clock = VirtualClock::new();
        let mut wait = pin!(clock.wait_until(clock.now() + TimeDelta::seconds(2)));
        assert_eq!(wait.as_mut().now_or_never(), None);
        clock.advance(2 * SECOND - Duration::from_micros(1));
        assert_eq!(wait.as_mut().now_or_never(), None);
        clock.advance(Duration::from_micros(1));
        assert_eq!(wait.as_mut().now_or_never(), Some(()));
        assert_eq!(clock.wait_until(clock.now()).now_or_never(), Some(()));
    }

    #[test]
    #[should_panic(expected = "time does not go back")]
    fn it_does_not_go_back() {
        let clock = VirtualClock::new();
        clock.advance_to(clock.now() - TimeDelta::microseconds(1));
    }
}
