use crate::{id::uuid_newtype, number::number_newtype};

number_newtype! {
    /// The place of an event in a log. The first event is at 1; positions grow, and a log may have holes.
    ///
    /// Positions of different logs cannot be compared: a position means something only beside its [`LogId`].
    Position
}

impl Position {
    /// Before the first event; what a consumer that has seen nothing stands at.
    pub const START: Self = Self(0);
}

uuid_newtype! {
    /// Names one log: drawn at random when a store is created, and kept with it.
    ///
    /// Checkpoints and receipts carry it, so that a place in one log is never taken for a place in another.
    LogId
}
