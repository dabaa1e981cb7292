//! A transaction that appends: check a version, draw a position, insert the row, perhaps more of that, and end.

use super::{
    Action, Protocol, Variant,
    log::{Append, Position},
    names::Name,
    state::State,
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Writer {
    pub(super) step: Step,
    pub(super) name: Name,
    /// How many positions it has drawn. With the first it has taken the lock on the sequence, which it keeps until it
    /// ends, whatever becomes of its rows.
    draws: u8,
    /// What a sequence that caches has left to the session for later; always none as built.
    pub(super) cached: Option<Position>,
}

/// How far a transaction is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Step {
    #[default]
    NotBegun,
    /// Between two appends.
    Open,
    /// A statement has checked a stream, and this is what comes next.
    Checked(Append),
    /// The position is drawn, and the row not inserted.
    Drawn(Append, Position),
    /// The position is drawn, and no stream checked: [`Variant::DrawnBeforeChecked`].
    Unchecked(Position),
    /// `PREPARE TRANSACTION`: it has no session any more, and outlives the server.
    Prepared,
    /// Its rows are visible, and its locks still held.
    Visible,
    /// Its locks are released, and its rows not visible yet: [`Variant::ReleasedBeforeVisible`].
    Released,
    Ended,
}

impl Writer {
    pub(super) fn holds_the_lock(&self) -> bool {
        self.draws > 0 && !matches!(self.step, Step::Released | Step::Ended)
    }

    pub(super) fn has_begun(&self) -> bool {
        self.step != Step::NotBegun
    }

    /// Name and count mean nothing any more; what its session has cached does.
    pub(super) fn end(&mut self) {
        *self = Self { step: Step::Ended, cached: self.cached, ..Self::default() };
    }
}

impl Protocol {
    /// What a transaction may do next.
    pub(super) fn actions_of_writer(&self, state: &State, writer: usize, actions: &mut Vec<Action>) {
        let this = &state.writers[writer];
        let has_rows = state.log.newest_of(writer).is_some();
        match this.step {
            Step::NotBegun => self.may_begin(state, writer, actions),
            Step::Open => {
                self.may_append(state, writer, actions);
                if has_rows {
                    self.may_commit(writer, actions);
                    actions.extend(self.bounds.savepoints.then_some(Action::RollBackToSavepoint(writer)));
                }
            }
            Step::Checked(_) => self.may_draw(state, writer, actions),
            Step::Unchecked(_) => self.may_check(writer, actions),
            Step::Drawn(append, _) => {
                // The unique index makes it wait for another that has the entry and has not ended. If that one
                // commits, this one has failed: it aborts, or rolls back to a savepoint.
                actions.extend((!state.log.has(append)).then_some(Action::Insert(writer)));
                actions.extend(self.bounds.savepoints.then_some(Action::RollBackToSavepoint(writer)));
            }
            Step::Prepared => actions.push(self.first_step_of_commit(writer)),
            Step::Visible => actions.push(Action::Release(writer)),
            Step::Released => actions.push(Action::Show(writer)),
            Step::Ended => {}
        }
        // Of those who do not hold the lock nobody takes notice, whether they are there or not.
        if this.holds_the_lock() && this.step != Step::Visible {
            actions.push(Action::Abort(writer));
        }
    }

    /// Transactions are all alike, and so are streams: without loss, the first begins first, and with the first
    /// stream.
    fn may_begin(&self, state: &State, writer: usize, actions: &mut Vec<Action>) {
        if writer == 0 && self.variant != Variant::DrawnBeforeChecked {
            actions.push(Action::Check(writer, 0));
        } else if writer == 0 || state.writers[writer - 1].has_begun() {
            self.may_append(state, writer, actions);
        }
    }

    fn may_append(&self, state: &State, writer: usize, actions: &mut Vec<Action>) {
        match self.variant {
            _ if state.writers[writer].draws == self.bounds.draws => {}
            Variant::DrawnBeforeChecked => self.may_draw(state, writer, actions),
            _ => self.may_check(writer, actions),
        }
    }

    fn may_check(&self, writer: usize, actions: &mut Vec<Action>) {
        actions.extend((0..self.bounds.streams).map(|stream| Action::Check(writer, stream)));
    }

    fn may_draw(&self, state: &State, writer: usize, actions: &mut Vec<Action>) {
        if state.sequence < self.bounds.positions || state.writers[writer].cached.is_some() {
            actions.push(Action::Draw(writer));
        }
    }

    fn may_commit(&self, writer: usize, actions: &mut Vec<Action>) {
        actions.push(self.first_step_of_commit(writer));
        if self.bounds.prepared {
            actions.extend([false, true].map(|renamed| Action::Prepare { writer, renamed }));
        }
    }

    fn first_step_of_commit(&self, writer: usize) -> Action {
        match self.variant {
            Variant::ReleasedBeforeVisible => Action::Release(writer),
            _ => Action::Show(writer),
        }
    }
}

impl State {
    /// What the statement sees is what is committed when it begins, and what the transaction has done itself.
    pub(super) fn check(&mut self, writer: usize, stream: u8) {
        self.begin(writer);
        let append = Append { stream, version: self.log.version(stream, writer) + 1 };
        let step = &mut self.writers[writer].step;
        *step = match *step {
            Step::Unchecked(position) => Step::Drawn(append, position),
            _ => Step::Checked(append),
        };
    }

    /// `nextval` takes the lock, unless the transaction has it already, and then the position.
    pub(super) fn draw(&mut self, writer: usize, protocol: &Protocol) {
        self.begin(writer);
        let position = protocol.next_position(self, writer);
        let this = &mut self.writers[writer];
        this.draws += 1;
        this.step = match this.step {
            Step::Checked(append) => Step::Drawn(append, position),
            _ => Step::Unchecked(position),
        };
    }

    fn begin(&mut self, writer: usize) {
        if self.writers[writer].has_begun() {
            return;
        }
        // If there is a session with something cached that has nothing to do, this is its next transaction.
        let mut idle = self.writers.iter_mut().filter(|other| other.step == Step::Ended);
        let cached = idle.find_map(|session| session.cached.take());
        self.writers[writer] = Writer { step: Step::Open, name: Name::Virtual(self.begun), draws: 0, cached };
        self.begun += 1;
    }

    pub(super) fn insert(&mut self, writer: usize) {
        let this = &mut self.writers[writer];
        let Step::Drawn(append, position) = this.step else { unreachable!("nothing to insert: {this:?}") };
        this.step = Step::Open;
        self.log.insert(position, append, writer);
    }

    /// To the savepoint before the last append. Its row goes; the position is lost, and the lock stays.
    pub(super) fn roll_back_to_savepoint(&mut self, writer: usize) {
        let this = &mut self.writers[writer];
        if this.step == Step::Open {
            let newest = self.log.newest_of(writer);
            self.log.retain(|position, _| Some(position) != newest);
        }
        this.step = Step::Open;
    }

    /// Whether the lock's holder has another name at once, or after the next restart only, differs between servers.
    pub(super) fn prepare(&mut self, writer: usize, renamed: bool) {
        let this = &mut self.writers[writer];
        this.step = Step::Prepared;
        if renamed {
            this.name = Name::Prepared(writer as u8);
        }
    }

    /// The first step of a commit, also of a prepared transaction's: it is on disk, and others see the rows.
    pub(super) fn show(&mut self, writer: usize) {
        self.log.show_all_of(writer);
        match &mut self.writers[writer] {
            this if this.step == Step::Released => this.end(),
            this => this.step = Step::Visible,
        }
    }

    /// The second step of a commit.
    pub(super) fn release(&mut self, writer: usize) {
        match &mut self.writers[writer] {
            this if this.step == Step::Visible => this.end(),
            this => this.step = Step::Released,
        }
    }

    /// Also of a prepared transaction. One step: whoever sees a lock that is not released yet only waits longer.
    pub(super) fn abort(&mut self, writer: usize) {
        self.log.remove_all_of(writer);
        self.writers[writer].end();
    }
}
