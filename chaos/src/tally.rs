use crate::record::{Fate, Refusal};
use std::fmt;

/// What is counted over a run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) rounds: u32,
    pub(crate) servers: u32,
    pub(crate) backends: u64,
    pub(crate) writers: u32,
    pub(crate) subscribers: u32,
    pub(crate) acknowledged: u64,
    pub(crate) conflicts: u64,
    pub(crate) duplicates: u64,
    pub(crate) failed: u64,
    pub(crate) rolled_back: u64,
    pub(crate) abandoned: u64,
    pub(crate) unknown: u64,
    pub(crate) unknown_written: u64,
    pub(crate) unknown_not_written: u64,
    pub(crate) events: u64,
    pub(crate) seen: [u64; 3],
}

impl Tally {
    pub(crate) const fn count(&mut self, fate: &Fate) {
        *match fate {
            Fate::Acknowledged { .. } => &mut self.acknowledged,
            Fate::Refused(Refusal::Conflict) => &mut self.conflicts,
            Fate::Refused(Refusal::Duplicate) => &mut self.duplicates,
            Fate::Refused(Refusal::Failed) => &mut self.failed,
            Fate::Refused(Refusal::RolledBack) => &mut self.rolled_back,
            Fate::Unknown => &mut self.unknown,
            Fate::Abandoned => &mut self.abandoned,
        } += 1;
    }

    /// An unknown outcome has become known.
    pub(crate) const fn resolve(&mut self, written: bool) {
        if written {
            self.unknown_written += 1;
        } else {
            self.unknown_not_written += 1;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [everything, kinds, tagged] = self.seen;
        write!(
            f,
            "rounds {}, server killed {} times, backends terminated {}, writers killed {}, subscribers killed {},\n\
             appends acknowledged {}, conflicts {}, duplicates refused {}, failed {}, rolled back {}, abandoned {}, \
             unknown outcomes {} ({} written, {} not),\n\
             events in the log {}, seen {everything} + {kinds} + {tagged}",
            self.rounds,
            self.servers,
            self.backends,
            self.writers,
            self.subscribers,
            self.acknowledged,
            self.conflicts,
            self.duplicates,
            self.failed,
            self.rolled_back,
            self.abandoned,
            self.unknown,
            self.unknown_written,
            self.unknown_not_written,
            self.events,
        )
    }
}
