//! What there is: the log, the sequence, the transactions, the reader, and those who follow its mark.

use super::{
    log::{Log, Position},
    names::Names,
    reader::Reader,
    writer::{Step, Writer},
};
use std::fmt;

/// As many as fit; [`Bounds`](super::Bounds) say how many of them are used.
pub(super) const WRITERS: usize = 4;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct State {
    pub(super) log: Log,
    /// The position that was drawn last.
    pub(super) sequence: Position,
    /// How many transactions have begun since the server started, which is what it names the next one after.
    pub(super) begun: u8,
    pub(super) writers: [Writer; WRITERS],
    pub(super) reader: Reader,
    /// The mark that the reader has left in the database, for everybody and for its successor.
    pub(super) published: Position,
    pub(super) subscriber: Subscriber,
}

/// Everybody who follows the published mark, as one: what was visible up to it when it was published is delivered, in
/// the order of positions. Nobody looks below it again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Subscriber {
    /// The highest mark that was ever published.
    pub(super) at: Position,
    pub(super) delivered: Positions,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Positions(u8);

impl State {
    /// What a listing of the holders of the sequence's lock says now.
    pub(super) fn holders(&self) -> Names {
        self.writers.iter().filter(|writer| writer.holds_the_lock()).map(|writer| writer.name).collect()
    }

    /// Those of them that it lists without a process.
    pub(super) fn holders_without_process(&self) -> Names {
        self.writers.iter().filter(|writer| writer.step == Step::Prepared).map(|writer| writer.name).collect()
    }

    /// More transactions have begun than since the server started.
    pub(super) fn has_crashed(&self) -> bool {
        self.writers.iter().filter(|writer| writer.has_begun()).count() > usize::from(self.begun)
    }
}

impl Subscriber {
    /// The mark has moved to `mark`, and `found` is what was visible up to it, or beyond.
    pub(super) fn follow(&mut self, mark: Position, found: Positions) {
        (self.at + 1..=mark).filter(|p| found.contains(*p)).for_each(|p| self.delivered.add(p));
        self.at = self.at.max(mark);
    }
}

impl Positions {
    pub(super) fn contains(self, position: Position) -> bool {
        self.0 & 1 << position != 0
    }

    pub(super) fn add(&mut self, position: Position) {
        self.0 |= 1 << position;
    }
}

impl fmt::Debug for Positions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries((0..8).filter(|p| self.contains(*p))).finish()
    }
}
