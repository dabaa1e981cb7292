use std::{sync::Arc, time::Instant};

/// What the task has found.
#[derive(Clone, Debug)]
pub(crate) struct Status {
    pub(crate) mark: u64,
    /// The newest position that was seen.
    pub(crate) newest: u64,
    /// The number of the last look that has ended.
    pub(crate) looks: u64,
    /// Whether the next look will decide about a hole.
    pub(crate) is_deciding: bool,
    /// When it last looked without an error.
    pub(crate) looked_at: Option<Instant>,
    /// The first hole that somebody may still fill, and who.
    pub(crate) held: Option<(u64, Vec<Owner>)>,
    /// What it failed with, if the last look failed.
    pub(crate) failure: Option<Arc<str>>,
}

impl Status {
    pub(super) const fn at(mark: u64) -> Self {
        Self { mark, newest: mark, looks: 0, is_deciding: false, looked_at: None, held: None, failure: None }
    }
}

/// A transaction that has drawn positions and not ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Owner {
    pub(crate) transaction: String,
    /// `None` for a prepared transaction.
    pub(crate) pid: Option<i32>,
    pub(crate) application: Option<String>,
    pub(crate) state: Option<String>,
    /// For how many seconds it has been running.
    pub(crate) age: Option<f64>,
}
