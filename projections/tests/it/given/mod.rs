//! What the tests are about: a view whose documents tell which events were folded into them, and a store that fails
//! when it is told to.

mod faulty;
mod gate;
mod group;
mod journal;
mod shipping;
mod tallies;

pub(crate) use self::{
    faulty::{Call, Fault, Faulty, Kind},
    gate::{Gate, gate},
    group::{Log, by_stream, group, next, nothing_more, numbered, pull, until_they_have},
    journal::{
        Act, Entries, Journal, Noted, Step, append, begin, broken, documents, expected, followed, noted,
        steps, unrelated,
    },
    shipping::{
        Both, OrderId, Shipping, TO_PAY, fired, happened, on_both_stores_with_a_clock, paid, placed, settle,
        stock,
    },
    tallies::{ByEvent, ByStream, Code, Tally, event, read, tallies},
};

use factum::{projection::Project, sink::Sink, store::EventReader};
use factum_projections::runner::{OnFailure, Runner, RunningProjection};
use factum_store_sqlite::{SqliteConfig, SqliteStore};
use factum_testkit::VirtualClock;
use std::{future::Future, time::Duration};
use tempfile::TempDir;

/// Makes a test of each function for each embedded store; the functions are called with an empty one.
macro_rules! on_both_stores {
    ($($test:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $test() {
                super::$test(factum_store_memory::MemoryStore::new()).await;
            })+
        }

        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                let (store, _folder) = crate::given::sqlite().await;
                super::$test(store).await;
            })+
        }
    };
}

pub(crate) use on_both_stores;

/// Runs a projection that stops at an event that it cannot apply.
pub(crate) fn run<K: Sink, P: Project<K>>(
    projection: P,
    sink: K,
    log: impl EventReader,
) -> RunningProjection {
    stopping(projection).start(sink, log).unwrap()
}

/// A projection that stops at an event that it cannot apply.
pub(crate) fn stopping<P>(projection: P) -> Runner<P> {
    Runner::new(projection).on_failure(OnFailure::Stop)
}

/// Runs a projection whose lease has ended as soon as it has it, so that whoever comes takes over at once.
pub(crate) fn run_briefly<K: Sink, P: Project<K>>(
    projection: P,
    sink: K,
    log: impl EventReader,
) -> RunningProjection {
    stopping(projection).lease(Duration::ZERO).start(sink, log).unwrap()
}

/// A SQLite store in a folder that is removed with the second value.
pub(crate) async fn sqlite() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (SqliteStore::open(folder.path().join("test.db")).await.unwrap(), folder)
}

/// An empty store that goes by this clock.
pub(crate) async fn sqlite_with(clock: VirtualClock) -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let config = SqliteConfig::new(folder.path().join("test.db")).clock(clock);
    (config.open().await.unwrap(), folder)
}

/// Bounds how long a test that has failed hangs; one that passes never comes near.
pub(crate) async fn soon<F: Future>(answer: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(10), answer).await.expect("an answer")
}
