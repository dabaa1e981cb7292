//! The task that moves the mark: everything at or below it is settled.
//!
//! It has two statements: [`look`](Protocol::look) reads which positions are visible, and [`list`](Protocol::list)
//! reads from `pg_locks` who holds the lock on the sequence. Each is one snapshot. The task takes turns; the model
//! lets them come in any order, with anything in between.

use super::{
    Protocol, Variant,
    log::{Log, POSITIONS, Position},
    names::Names,
    state::{Positions, State},
};

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Reader {
    pub(super) mark: Position,
    /// What is known of the position after 0, after 1, and so on. Those up to the mark are not known any more.
    pub(super) holes: [Hole; POSITIONS],
    /// What the last listing said; nobody if nothing has been waited for since.
    listed: Names,
    /// Which of them it took for names that last: [`Variant::TakenForLasting`].
    taken_for_lasting: Names,
}

/// What the reader knows of a position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Hole {
    /// It is no hole, as far as the reader knows.
    #[default]
    Unknown,
    /// It was missing below a visible position. So nobody draws it any more, and whoever drew it has the lock, or has
    /// ended.
    Seen,
    /// These had the lock after it was seen, and may have it still. If nobody is left, the next look decides.
    HeldBy(Names),
}

impl Hole {
    /// Everybody who could fill it has ended, unless it is filled.
    const DECIDED: Self = Self::HeldBy(Names::NOBODY);
}

impl Reader {
    /// The task of a process that has just begun knows a mark, and of no holes.
    pub(super) fn at(mark: Position) -> Self {
        Self { mark, ..Self::default() }
    }

    fn watches(&self) -> bool {
        self.holes.iter().any(|hole| *hole != Hole::Unknown)
    }
}

impl Protocol {
    /// One snapshot of the positions above the mark. The mark moves over what is visible or dead, as far as that goes
    /// without interruption; every hole below a visible position is noted.
    pub(super) fn look(&self, state: &mut State) {
        let State { log, reader, .. } = state;
        let (mut uninterrupted, mut found) = (true, Positions::default());
        for position in reader.mark + 1..=log.newest_visible() {
            let leading = position == reader.mark + 1;
            let hole = &mut reader.holes[usize::from(position) - 1];
            let visible = log.is_visible(position);
            let dead = self.is_dead(*hole, visible, leading, log);
            if visible && !dead {
                *hole = Hole::Unknown;
                found.add(position);
            } else if *hole == Hole::Unknown {
                *hole = match self.variant {
                    Variant::ListedBeforeSeen => Hole::HeldBy(reader.listed),
                    _ => Hole::Seen,
                };
            }
            uninterrupted &= visible || dead;
            if uninterrupted {
                *hole = Hole::Unknown;
                reader.mark = position;
            }
        }
        if !self.may_list(state) {
            state.reader.listed = Names::NOBODY;
        }
        self.publish(state, found);
    }

    /// The last step of the proof: whoever could fill the hole had ended before this snapshot, and it is not filled.
    fn is_dead(&self, hole: Hole, visible: bool, leading: bool, log: &Log) -> bool {
        match self.variant {
            Variant::NoProof => !visible,
            Variant::LeadingHoleMissed if leading => !visible,
            Variant::SnapshotHorizon => !visible && log.rows().all(|(_, row)| row.pending.is_none()),
            // The statement that found nobody had looked for the position first, and did not see it.
            Variant::OneStatement => hole == Hole::DECIDED,
            _ => !visible && hole == Hole::DECIDED,
        }
    }

    /// Subscribers follow the mark at once, so that nothing that becomes visible later can make up for a mistake.
    fn publish(&self, state: &mut State, found: Positions) {
        let mark = state.reader.mark;
        state.published = match self.variant {
            Variant::PublishedBlindly => mark,
            _ => state.published.max(mark),
        };
        state.subscriber.follow(mark, found);
    }

    /// Without holes there is nothing to list holders for.
    pub(super) fn may_list(&self, state: &State) -> bool {
        state.reader.watches() || self.variant == Variant::ListedBeforeSeen
    }

    /// Who has the lock now. If a hole was seen before, these are all who may own it; and from then on, those of them
    /// who are left.
    pub(super) fn list(&self, state: &mut State) {
        let now = state.holders();
        let appeared = now.prepared().without(state.reader.listed);
        for index in 0..POSITIONS {
            state.reader.holes[index] = match state.reader.holes[index] {
                Hole::Unknown => Hole::Unknown,
                Hole::Seen => Hole::HeldBy(now),
                Hole::HeldBy(before) if self.may_be_renamed(&state.reader, before, now) => {
                    Hole::HeldBy(before.and(now).or(appeared))
                }
                Hole::HeldBy(before) => Hole::HeldBy(before.and(now)),
            };
        }
        state.reader.listed = now;
        if self.variant == Variant::TakenForLasting {
            state.reader.taken_for_lasting = state.holders_without_process();
        }
    }

    /// One of these holders may be prepared by now and have got its lasting name since the listing before. Then it is
    /// among the prepared ones that have appeared since. Which of them it is cannot be told, so all of them are
    /// waited for.
    ///
    /// That its old name has gone is no condition: after a restart of the server, somebody else may bear it.
    fn may_be_renamed(&self, reader: &Reader, before: Names, now: Names) -> bool {
        match self.variant {
            Variant::PreparedNotFollowed => false,
            Variant::FollowedOnceVanished => before.passing().without(now) != Names::NOBODY,
            _ => before.passing().without(reader.taken_for_lasting) != Names::NOBODY,
        }
    }
}
