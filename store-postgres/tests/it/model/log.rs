//! The table of events.

use std::fmt;

/// A place in the log, from 1. A mark is a position too, and 0 if nothing is settled.
pub(super) type Position = u8;

/// As many as fit; [`Bounds`](super::Bounds) say how many of them are used.
pub(super) const POSITIONS: usize = 6;

/// At each position at most one row, which others see, or do not see yet.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Log([Option<Row>; POSITIONS]);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Row {
    pub(super) append: Append,
    /// The transaction that has inserted it and is not visible yet; none if it is.
    pub(super) pending: Option<usize>,
}

/// What is appended: the next version of a stream.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Append {
    pub(super) stream: u8,
    pub(super) version: u8,
}

impl Log {
    pub(super) fn rows(&self) -> impl DoubleEndedIterator<Item = (Position, Row)> {
        let rows = self.0.into_iter().enumerate();
        rows.filter_map(|(index, row)| Some((index as Position + 1, row?)))
    }

    pub(super) fn visible(&self) -> impl DoubleEndedIterator<Item = Position> {
        self.rows().filter(|(_, row)| row.pending.is_none()).map(|(position, _)| position)
    }

    pub(super) fn is_visible(&self, position: Position) -> bool {
        self.0[usize::from(position) - 1].is_some_and(|row| row.pending.is_none())
    }

    pub(super) fn newest_visible(&self) -> Position {
        self.visible().next_back().unwrap_or(0)
    }

    /// The newest row of a transaction that is not visible yet.
    pub(super) fn newest_of(&self, writer: usize) -> Option<Position> {
        self.rows().filter(|(_, row)| row.pending == Some(writer)).map(|(position, _)| position).next_back()
    }

    /// The version of a stream as a transaction sees it: what is visible, and its own rows.
    pub(super) fn version(&self, stream: u8, seen_by: usize) -> u8 {
        self.rows()
            .filter(|(_, row)| row.append.stream == stream && row.pending.is_none_or(|by| by == seen_by))
            .map(|(_, row)| row.append.version)
            .max()
            .unwrap_or(0)
    }

    /// The unique index on stream and version has this entry, of whomever.
    pub(super) fn has(&self, append: Append) -> bool {
        self.rows().any(|(_, row)| row.append == append)
    }

    pub(super) fn insert(&mut self, position: Position, append: Append, by: usize) {
        let row = &mut self.0[usize::from(position) - 1];
        assert!(row.is_none(), "position {position} was given to two rows");
        *row = Some(Row { append, pending: Some(by) });
    }

    pub(super) fn show_all_of(&mut self, writer: usize) {
        let rows = self.0.iter_mut().flatten().filter(|row| row.pending == Some(writer));
        rows.for_each(|row| row.pending = None);
    }

    pub(super) fn remove_all_of(&mut self, writer: usize) {
        self.retain(|_, row| row.pending != Some(writer));
    }

    pub(super) fn retain(&mut self, stays: impl Fn(Position, Row) -> bool) {
        for (position, row) in (1..).zip(&mut self.0) {
            *row = row.filter(|row| stays(position, *row));
        }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.rows()).finish()
    }
}

/// Such as `b2 of 1` for the second version of the second stream, as long as only transaction 1 sees it.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.append)?;
        self.pending.map_or(Ok(()), |writer| write!(f, " of {writer}"))
    }
}

impl fmt::Debug for Append {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", char::from(b'a' + self.stream), self.version)
    }
}
