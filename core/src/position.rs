use crate::id::uuid_newtype;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The place of an event in a log. The first event is at 1; positions grow, and a log may have holes.
///
/// Positions of different logs cannot be compared: a position means something only beside its [`LogId`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(u64);

impl Position {
    /// Before the first event; what a consumer that has seen nothing stands at.
    pub const START: Self = Self(0);

    /// The largest position that every store can keep (2⁶³ − 1).
    pub const MAX: Self = Self(i64::MAX as u64);

    /// The position with this number; numbers beyond [`Position::MAX`] become it.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        if number > Self::MAX.0 { Self::MAX } else { Self(number) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The position after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self::new(self.0 + 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

uuid_newtype! {
    /// Names one log: drawn at random when a store is created, and kept with it.
    ///
    /// Checkpoints and receipts carry it, so that a place in one log is never taken for a place in another.
    LogId
}
