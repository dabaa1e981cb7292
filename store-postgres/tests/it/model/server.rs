//! The server: its sequence, and its crashes.

use super::{Action, Protocol, Variant, log::Position, names::Name, state::State, writer::Step};

impl Protocol {
    /// The position that `nextval` gives to a transaction.
    pub(super) fn next_position(&self, state: &mut State, writer: usize) -> Position {
        state.writers[writer].cached.take().unwrap_or_else(|| {
            state.sequence += 1;
            let position = state.sequence;
            if self.variant == Variant::CachingSequence && position < self.bounds.positions {
                state.sequence += 1;
                state.writers[writer].cached = Some(state.sequence);
            }
            position
        })
    }

    /// The positions after which a sequence may go on when the server has crashed.
    ///
    /// Before a row is on disk, so is the sequence's own record of the position: it never falls back behind a row
    /// that may still be seen. What transactions have drawn beyond, which the crash ends, may be drawn again. And as
    /// the record is written ahead, positions may be left out.
    pub(super) fn crashes(&self, state: &State) -> impl Iterator<Item = Action> + use<> {
        let survives = |writer: usize| state.writers[writer].step == Step::Prepared;
        let on_disk = match self.variant {
            Variant::VisibleBeforeDurable => None,
            _ => state.log.rows().rfind(|(_, row)| row.pending.is_none_or(survives)),
        };
        let lowest = on_disk.map_or(0, |(position, _)| position);
        let highest = self.bounds.positions.min(state.sequence + 1);
        let crashes = self.bounds.crashes && state.begun > 0;
        crashes.then_some(lowest..=highest).into_iter().flatten().map(Action::Crash)
    }

    /// The server crashes and is started again. Transactions end, except for prepared ones, which are there again
    /// with their locks, and called after their ids. Names of others are given anew. The reader connects again, and
    /// remembers.
    pub(super) fn crash(&self, state: &mut State, sequence: Position) {
        for writer in 0..self.bounds.writers {
            let this = &mut state.writers[writer];
            this.cached = None;
            match this.step {
                Step::NotBegun => {}
                Step::Prepared => this.name = Name::Prepared(writer as u8),
                // Its rows are visible, and there are none left to remove.
                _ => state.abort(writer),
            }
        }
        if self.variant == Variant::VisibleBeforeDurable {
            state.log.retain(|position, _| position <= sequence);
        }
        state.sequence = sequence;
        state.begun = 0;
    }
}
