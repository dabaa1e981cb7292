use std::{collections::BTreeSet, fmt, sync::Arc};

/// A partition of a topic.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Partition {
    pub(super) topic: Arc<str>,
    pub(super) number: i32,
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.topic, self.number)
    }
}

/// How far a consumer is in a partition. Kafka knows one number for each, before which everything is settled.
#[derive(Debug)]
pub(super) struct Progress {
    /// Of the time for which the partition is had, or until it was read again from an earlier place. What is in hand from before is
    /// settled with nobody.
    pub(super) epoch: u64,
    /// What comes in next has this offset at least.
    end: i64,
    /// What has come in and is not settled.
    unsettled: BTreeSet<i64>,
    /// How many of those are handed out.
    pub(super) in_hand: usize,
    /// Another member gets it as soon as what is in hand is settled; nothing more of it is handed out.
    pub(super) is_leaving: bool,
    /// What the broker was asked to remember last.
    asked: Option<i64>,
    /// What it has said that it remembers.
    pub(super) confirmed: Option<i64>,
}

impl Progress {
    /// One of which `from` is the first offset that is not settled, if that is known.
    pub(super) fn new(epoch: u64, from: Option<i64>) -> Self {
        Self {
            epoch,
            end: from.unwrap_or(0),
            unsettled: BTreeSet::new(),
            in_hand: 0,
            is_leaving: false,
            asked: from,
            confirmed: None,
        }
    }

    /// Whether a message that comes in is from before those that came in already: the topic is another one of that name, or has lost
    /// its end.
    pub(super) const fn goes_back(&self, offset: i64) -> bool {
        offset < self.end
    }

    /// Begins again at `offset`.
    pub(super) fn go_back(&mut self, epoch: u64, offset: i64) {
        *self = Self { end: offset, is_leaving: self.is_leaving, ..Self::new(epoch, None) };
    }

    pub(super) fn came(&mut self, offset: i64) {
        self.unsettled.insert(offset);
        self.end = offset + 1;
    }

    /// It is nothing to this consumer.
    pub(super) const fn passed(&mut self, offset: i64) {
        self.end = offset + 1;
    }

    pub(super) fn settle(&mut self, offset: i64) {
        self.unsettled.remove(&offset);
    }

    /// Before which everything is settled.
    pub(super) fn settled(&self) -> i64 {
        self.unsettled.first().copied().unwrap_or(self.end)
    }

    /// What the broker is to be asked to remember, if it was not yet.
    pub(super) fn to_commit(&self) -> Option<i64> {
        let settled = self.settled();
        // One that nothing has come in of has nothing to say.
        let is_new = self.asked.map_or(settled > 0, |asked| settled != asked);
        is_new.then_some(settled)
    }

    pub(super) const fn asked(&mut self, offset: i64) {
        self.asked = Some(offset);
    }

    /// The broker may not have heard what it was asked.
    pub(super) const fn ask_again(&mut self) {
        self.asked = self.confirmed;
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn what_is_settled_out_of_order_waits_for_what_is_before_it() {
        let mut progress = Progress::new(1, Some(5));
        assert_eq!(progress.to_commit(), None);
        for offset in [5, 6, 9] {
            progress.came(offset);
        }
        progress.settle(6);
        assert_eq!((progress.settled(), progress.to_commit()), (5, None));
        progress.settle(5);
        assert_eq!(progress.to_commit(), Some(9), "what is between them is not for consumers");
        progress.asked(9);
        assert_eq!(progress.to_commit(), None);
        progress.settle(9);
        progress.passed(10);
        assert_eq!(progress.to_commit(), Some(11));
    }

    #[test]
    fn what_was_not_heard_is_said_again() {
        let mut progress = Progress::new(1, None);
        assert_eq!(progress.to_commit(), None);
        progress.passed(0);
        progress.asked(1);
        progress.ask_again();
        assert_eq!(progress.to_commit(), Some(1));
        progress.asked(1);
        progress.confirmed = Some(1);
        progress.ask_again();
        assert_eq!(progress.to_commit(), None);
    }

    #[test]
    fn a_topic_that_begins_anew_is_read_from_its_beginning() {
        let mut progress = Progress::new(1, Some(100));
        progress.came(100);
        assert!(progress.goes_back(0) && !progress.goes_back(101));
        progress.go_back(2, 0);
        progress.came(0);
        progress.settle(0);
        assert_eq!((progress.epoch, progress.to_commit()), (2, Some(1)));
    }

    proptest! {
        #[test]
        fn nothing_is_committed_past_what_is_not_settled(
            steps in proptest::collection::vec((any::<bool>(), 0..20_i64), 1..60)
        ) {
            let (mut progress, mut next, mut open) = (Progress::new(1, Some(0)), 0, HashSet::new());
            for (comes, which) in steps {
                if comes {
                    progress.came(next);
                    open.insert(next);
                    next += 1;
                } else if open.remove(&which) {
                    progress.settle(which);
                }
                let settled = progress.settled();
                prop_assert!(open.iter().all(|offset| *offset >= settled));
                prop_assert!((0..settled).all(|offset| !open.contains(&offset)));
                prop_assert_eq!(settled, open.iter().min().copied().unwrap_or(next));
            }
        }
    }
}
