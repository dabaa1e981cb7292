//! Clocks that are wrong.

use super::{Defect, Place, cases};
use crate::mutants::mutants;
use chrono::TimeDelta;
use factum_core::Timestamp;
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

mutants! {
    /// As two servers do whose clocks differ.
    tells_two_times, keeping AtomicBool, rejected by time_does_not_go_back {
        fn tell_time(&self, right: Timestamp) -> Timestamp {
            let other = self.0.fetch_xor(true, Ordering::Relaxed);
            if other { right - TimeDelta::seconds(1) } else { right }
        }
    }

    tells_time_in_nanoseconds, rejected by time_does_not_go_back {
        fn tell_time(&self, right: Timestamp) -> Timestamp {
            right + TimeDelta::nanoseconds(1)
        }
    }

    does_not_wait, rejected by a_time_is_waited_for {
        fn wait(&self, _: Timestamp) -> (Timestamp, Option<Timestamp>) {
            (Timestamp::UNIX_EPOCH, None)
        }
    }

    does_not_wait_and_says_that_it_has, rejected by a_time_is_waited_for {
        fn wait(&self, time: Timestamp) -> (Timestamp, Option<Timestamp>) {
            (Timestamp::UNIX_EPOCH, Some(time))
        }
    }

    tells_the_time_that_was_waited_for, rejected by a_time_that_has_come_is_not_waited_for {
        fn wait(&self, time: Timestamp) -> (Timestamp, Option<Timestamp>) {
            (time, Some(time))
        }
    }

    keeps_leases_by_a_slower_clock, rejected by leases_end_by_the_time_that_is_told {
        fn end(&self, now: Instant, ttl: Duration) -> Instant {
            now + ttl * 60
        }
    }
}
