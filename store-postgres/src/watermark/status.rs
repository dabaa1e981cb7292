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
    /// The first hole that somebody may still fill.
    pub(crate) held: Option<Held>,
    /// What it failed with, if the last look failed.
    pub(crate) failure: Option<Arc<str>>,
}

impl Status {
    pub(super) const fn at(mark: u64) -> Self {
        Self { mark, newest: mark, looks: 0, is_deciding: false, looked_at: None, held: None, failure: None }
    }
}

/// A hole that readers wait for.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) position: u64,
    /// When the task first found it held. By its own clock: since when others have been at it is not for everybody to see.
    pub(crate) since: Instant,
    /// Who may still fill it.
    pub(crate) owners: Vec<Owner>,
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
