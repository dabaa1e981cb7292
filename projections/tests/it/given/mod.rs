//! What the tests are about: a view whose documents tell which events were folded into them, and a store that fails
//! when it is told to.

mod faulty;
mod gate;
mod journal;

pub(crate) use self::{
    faulty::{Call, Fault, Faulty, Kind},
    gate::{Gate, gate},
    journal::{
        Act, Entries, Journal, Noted, Step, append, begin, broken, documents, expected, followed, noted,
        steps, unrelated,
    },
};

use factum_store_sqlite::SqliteStore;
use std::{future::Future, time::Duration};
use tempfile::TempDir;

/// A SQLite store in a folder that is removed with the second value.
pub(crate) async fn sqlite() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (SqliteStore::open(folder.path().join("test.db")).await.unwrap(), folder)
}

/// Bounds how long a test that has failed hangs; one that passes never comes near.
pub(crate) async fn soon<F: Future>(answer: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(10), answer).await.expect("an answer")
}
