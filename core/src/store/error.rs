use crate::{Causes, Invalid};
use std::fmt;

impl From<Invalid> for StoreError {
    /// Input that a read cannot be asked for.
    fn from(invalid: Invalid) -> Self {
        Self::new("checking a request", invalid)
    }
}

type Source = Box<dyn std::error::Error + Send + Sync>;

/// A store, sink or checkpoint that could not do its work. Says what was being done, and why it failed.
///
/// Opaque on purpose: ask its predicates. A conflict is never one of these.
pub struct StoreError {
    kind: Kind,
    doing: String,
    source: Option<Source>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Unavailable,
    Corrupt,
    Incompatible,
    Closed,
    Other,
}

impl StoreError {
    /// A failure while `doing` something (`"reading stream account-7"`).
    pub fn new(doing: impl Into<String>, source: impl Into<Source>) -> Self {
        Self { kind: Kind::Other, doing: doing.into(), source: Some(source.into()) }
    }

    /// Something that may pass: busy, out of connections, timed out before anything was written.
    pub fn unavailable(doing: impl Into<String>, source: impl Into<Source>) -> Self {
        Self { kind: Kind::Unavailable, ..Self::new(doing, source) }
    }

    /// What is stored is not what a store of this kind writes.
    pub fn corrupt(doing: impl Into<String>, source: impl Into<Source>) -> Self {
        Self { kind: Kind::Corrupt, ..Self::new(doing, source) }
    }

    /// Another format or schema version, another log, a position beyond the head.
    pub fn incompatible(doing: impl Into<String>, source: impl Into<Source>) -> Self {
        Self { kind: Kind::Incompatible, ..Self::new(doing, source) }
    }

    /// The store was shut down.
    pub fn closed(doing: impl Into<String>) -> Self {
        Self { kind: Kind::Closed, doing: doing.into(), source: None }
    }

    /// Whether trying again later may help. Nothing was written.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.kind == Kind::Unavailable
    }

    /// Whether stored data cannot be understood.
    #[must_use]
    pub fn is_corrupt(&self) -> bool {
        self.kind == Kind::Corrupt
    }

    /// Whether this is the wrong file, database, log or schema version.
    #[must_use]
    pub fn is_incompatible(&self) -> bool {
        self.kind == Kind::Incompatible
    }

    /// Whether the store was shut down.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.kind == Kind::Closed
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Closed => write!(f, "{}: the store is closed", self.doing),
            _ => write!(f, "{} failed", self.doing),
        }
    }
}

/// The error and its causes in one line, as `main` shows what it returns.
impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Causes(self), f)
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|e| e as &(dyn std::error::Error + 'static))
    }
}
