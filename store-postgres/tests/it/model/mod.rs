//! The order of the log, as a model that is checked exhaustively.
//!
//! Positions are drawn from a sequence and become visible when their transactions commit, in any order: a position
//! that is missing below a visible one, a *hole*, may fill yet, or never. Readers deliver events in the order of
//! positions and never look back; so before the *mark* passes a hole, there has to be a proof that it stays one. The
//! proof rests on two facts about PostgreSQL. Drawing a position takes a lock on the sequence that is kept to the end
//! of the transaction; and a commit becomes visible before it releases its locks.
//!
//! 1. A statement sees a position `q` and not `p < q`. The sequence is past `p` by then, so that nobody draws it any
//!    more.
//! 2. A later statement lists the holders of the lock. Whoever drew `p` is among them, or has ended.
//! 3. Listings follow until none of *these* holders is left. Later ones do not matter.
//! 4. A statement that begins after that looks for `p`. Whoever drew it has ended, and if that was with a commit, `p`
//!    is visible. If it is not, it never will be.
//!
//! A prepared transaction may be listed under a new name after a restart of the server, and somebody else under its
//! old one. So with step 3, prepared holders that appear while there is a holder left whose name need not last are
//! taken for it.
//!
//! Here every step of every transaction, of the server and of the reader is one action, and the checker tries all of
//! them in all orders, within [`Bounds`]:
//!
//! - [`writer`]: transactions that append to streams, with savepoints, unique violations, two-phase commits;
//! - [`server`]: the sequence, crashes, and what comes back from them;
//! - [`reader`]: the two statements of the task that moves the mark, and restarts of the task;
//! - [`state`] and [`log`]: what there is; [`names`]: what lock holders are called;
//! - [`properties`]: what has to hold in every state that can be reached;
//! - [`variant`]: how the protocol could be wrong. For each variant there is a state in which a property does not
//!   hold.
//!
//! What is not modelled: time, and so whether anybody ever ends; more than one log; the pages that subscribers read,
//! which are one with the look that moves the mark; replicas; and a server that loses what it has acknowledged. That
//! a transaction may see what was committed long before (`REPEATABLE READ`) is, as its check may be arbitrarily old
//! when it draws.
//!
//! The tests: [`order_holds`] as built, and [`a_variant_is_refuted`] for each that is not.

mod a_variant_is_refuted;
mod log;
mod names;
mod order_holds;
mod properties;
mod reader;
mod server;
mod state;
mod variant;
mod writer;

use self::{log::Position, reader::Reader, state::State, variant::Variant};
use stateright::{Model, Property};

/// The protocol in one of its variants, within bounds.
#[derive(Clone, Copy, Debug)]
struct Protocol {
    variant: Variant,
    bounds: Bounds,
}

/// How much there is of everything.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    /// Transactions.
    writers: usize,
    streams: u8,
    positions: Position,
    /// How many positions one transaction draws at most.
    draws: u8,
    savepoints: bool,
    prepared: bool,
    /// Any number of them, as long as there are transactions to begin.
    crashes: bool,
}

/// One step of anybody. Transactions and streams are numbered from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    /// A transaction reads the version of a stream.
    Check(usize, u8),
    /// It draws a position from the sequence.
    Draw(usize),
    /// It inserts the row.
    Insert(usize),
    RollBackToSavepoint(usize),
    Prepare {
        writer: usize,
        /// The holder of its locks has its lasting name at once, and not only after the next restart of the server.
        renamed: bool,
    },
    /// A commit becomes visible.
    Show(usize),
    /// A commit releases its locks.
    Release(usize),
    Abort(usize),
    /// The server crashes, and its sequence goes on after this position.
    Crash(Position),
    /// The reader reads which positions are visible.
    Look,
    /// The reader reads who has the lock on the sequence.
    List,
    /// The reader's process ends, and the next one begins at this mark.
    Restart(Position),
}

impl Model for Protocol {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::default()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        (0..self.bounds.writers).for_each(|writer| self.actions_of_writer(state, writer, actions));
        actions.extend(self.crashes(state));
        actions.push(Action::Look);
        actions.extend(self.may_list(state).then_some(Action::List));
        actions.extend([0, state.published].map(Action::Restart));
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut state = state.clone();
        match action {
            Action::Check(writer, stream) => state.check(writer, stream),
            Action::Draw(writer) => state.draw(writer, self),
            Action::Insert(writer) => state.insert(writer),
            Action::RollBackToSavepoint(writer) => state.roll_back_to_savepoint(writer),
            Action::Prepare { writer, renamed } => state.prepare(writer, renamed),
            Action::Show(writer) => state.show(writer),
            Action::Release(writer) => state.release(writer),
            Action::Abort(writer) => state.abort(writer),
            Action::Crash(sequence) => self.crash(&mut state, sequence),
            Action::Look => self.look(&mut state),
            Action::List => self.list(&mut state),
            Action::Restart(mark) => state.reader = Reader::at(mark),
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = Self::always();
        // A variant is searched for what is wrong with it, and for nothing else.
        if self.variant == Variant::AsBuilt {
            properties.extend(self.sometimes());
        }
        properties
    }
}
