use factum_core::Causes;
use std::{borrow::Cow, fmt};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// A broker that could not do its work. Says what was being done, and why it failed.
///
/// Opaque on purpose: ask its predicates.
pub struct TransportError {
    kind: Kind,
    doing: Cow<'static, str>,
    source: Option<Source>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Unavailable,
    Closed,
    Other,
}

impl TransportError {
    /// A failure while `doing` something (`"declaring queue billing"`) that trying again will not mend.
    pub fn new(doing: impl Into<Cow<'static, str>>, source: impl Into<Source>) -> Self {
        Self { kind: Kind::Other, doing: doing.into(), source: Some(source.into()) }
    }

    /// Something that may pass: the broker is not there, or does not answer.
    pub fn unavailable(doing: impl Into<Cow<'static, str>>, source: impl Into<Source>) -> Self {
        Self { kind: Kind::Unavailable, ..Self::new(doing, source) }
    }

    /// The transport was closed.
    pub fn closed(doing: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: Kind::Closed, doing: doing.into(), source: None }
    }

    /// Whether trying again later may help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.kind == Kind::Unavailable
    }

    /// Whether the transport was closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.kind == Kind::Closed
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Closed => write!(f, "{}: the transport is closed", self.doing),
            _ => write!(f, "{} failed", self.doing),
        }
    }
}

/// The error and its causes in one line, as `main` shows what it returns.
impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Causes(self), f)
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|e| e as &(dyn std::error::Error + 'static))
    }
}

/// Why a message was not published, as far as is known.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// This message cannot be published, and will not be when it is tried again: it is too large, its topic is too long, nothing
    /// takes it where something must. Others can.
    #[error("the message cannot be published")]
    Refused(#[source] TransportError),
    /// The broker was not reached, or did not confirm the message, which it may have all the same. To be tried again.
    #[error("the message is not known to be published")]
    Unavailable(#[source] TransportError),
    /// It was not tried, since one before it was not published: one of its key, or one for which the broker was not there.
    #[error("a message before it was not published")]
    Behind,
}

impl PublishError {
    /// Whether this very message is the reason.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        matches!(self, Self::Refused(_))
    }

    /// A closed transport can publish nothing, and one that is open again may.
    #[must_use]
    pub fn closed() -> Self {
        Self::Unavailable(TransportError::closed("publishing a message"))
    }
}
