use factum_core::{Causes, LogId, Position, StoreError};
use std::{error::Error, fmt, sync::Arc};

/// A projection will not apply what was waited for.
#[derive(Clone, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// The app does not run this projection.
    #[error(
        "the app does not run {0}; add it to the builder with `.view::<…>()`, `.projection(…)` or `.process::<…>()`"
    )]
    NotRunning(&'static str),
    /// The projection follows another log than the one that the receipt is of.
    #[error("projection {projection} follows log {follows}, the receipt is of log {receipt}")]
    AnotherLog {
        /// The projection's name.
        projection: &'static str,
        /// The log that it follows.
        follows: LogId,
        /// The log of the receipt.
        receipt: LogId,
    },
    /// The projection was stopped.
    #[error("projection {projection} was stopped")]
    Stopped {
        /// The projection's name.
        projection: &'static str,
    },
    /// One of the events could not be applied, or waits in order behind one that could not. It is in quarantine.
    #[error("event {position} is in quarantine, projection {projection} has not applied it")]
    Parked {
        /// The projection's name.
        projection: &'static str,
        /// Where the event is in the log.
        position: Position,
    },
    /// The projection has failed.
    #[error("projection {projection} has failed")]
    Failed {
        /// The projection's name.
        projection: &'static str,
        /// Why.
        #[source]
        source: Shared,
    },
    /// A document was to be made anew, and the projection keeps none: it has tables of its own, does something outside, or is
    /// folded whenever it is read.
    #[error("projection {projection} keeps no documents, of which one could be made anew: {why}")]
    NoDocuments {
        /// The projection's name.
        projection: &'static str,
        /// What it does instead, and what can be done about that.
        why: &'static str,
    },
    /// A document could not be made anew. It is as it was.
    #[error("document {document:?} of projection {projection} could not be made anew: {error}")]
    NotRepaired {
        /// The projection's name.
        projection: &'static str,
        /// The document's key, as it is printed.
        document: String,
        /// What has happened.
        error: String,
    },
    /// The end of the log, or what is in quarantine, could not be read.
    #[error(transparent)]
    Store(Arc<StoreError>),
    /// The projection's code panicked.
    #[error("projection {projection} panicked")]
    Panicked {
        /// The projection's name.
        projection: &'static str,
    },
}

/// The error and its causes in one line, as `main` shows what it returns.
impl fmt::Debug for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Causes(self), f)
    }
}

/// One error, told to everybody who waits.
#[derive(Clone, Debug)]
pub struct Shared(pub(crate) Arc<dyn Error + Send + Sync>);

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Shared {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}
