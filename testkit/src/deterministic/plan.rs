use super::{
    faulty::{Fault, Faults},
    replay::Cut,
};
use crate::given::Log;
use factum_core::{Position, Query};
use std::time::Duration;

/// One way to run a projection over the log.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// As when a read model is made anew.
    InOneGo,
    /// The same again.
    OnceMore,
    /// So many events in each batch.
    Batches(usize),
    /// So many events in each page, and as many pages in a batch as the runner likes.
    Pages(usize),
    /// Another runner goes on after each of these positions.
    Restarts(Vec<Position>),
    /// With these faults, and so many events in each batch.
    Faults(Faults, usize),
    /// In so many partitions.
    Partitions(u16),
}

/// At most so many batches, unless that is said by another limit.
const BATCHES: usize = 200;
/// At most so many restarts or faults.
const PLACES: usize = 10;

/// The ways that are tried over one log.
#[derive(Debug)]
pub(super) struct Plan {
    /// Where the events are that concern the projection.
    events: Vec<Position>,
    partitions: Vec<u16>,
}

impl Plan {
    pub(super) fn new(log: &Log, query: &Query, partitions: Option<Vec<u16>>) -> Self {
        let events = log.events().iter().filter(|event| query.matches_event(event));
        Self {
            events: events.map(|event| event.position).collect(),
            partitions: partitions.unwrap_or_else(|| vec![2, 3, 8]),
        }
    }

    /// Whether no event concerns the projection.
    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// All but the first one, in the order in which the name of one says more than those of later ones.
    pub(super) fn ways(&self) -> Vec<Way> {
        let piece = self.events.len().div_ceil(BATCHES);
        let mut ways = vec![Way::OnceMore];
        ways.extend([1, 2, 3].map(|pieces| Way::Batches(pieces * piece)));
        ways.extend([Way::Pages(piece), Way::Restarts(self.restarts())]);
        let faults = [Fault::Refused, Fault::Unanswered, Fault::Crash];
        ways.extend(faults.map(|fault| Way::Faults(Faults { fault, only: None }, self.place())));
        ways.extend(self.partitions.iter().map(|count| Way::Partitions(*count)));
        ways
    }

    /// The restarts or faults of a way, one by one.
    pub(super) fn parts(&self, way: &Way) -> Vec<Way> {
        match way {
            Way::Restarts(positions) => positions.iter().map(|at| Way::Restarts(vec![*at])).collect(),
            Way::Faults(Faults { fault, only: None }, size) => {
                let batches = 1..=self.events.len().div_ceil(*size);
                let only = |batch| Way::Faults(Faults { fault: *fault, only: Some(batch) }, *size);
                batches.map(only).collect()
            }
            _ => Vec::new(),
        }
    }

    /// How many events there are from one place for faults to the next.
    fn place(&self) -> usize {
        self.events.len().div_ceil(PLACES)
    }

    fn restarts(&self) -> Vec<Position> {
        let mut ends: Vec<_> =
            self.events.chunks(self.place()).filter_map(|piece| piece.last().copied()).collect();
        // After the last one there is nothing left to do.
        ends.pop();
        ends
    }

    /// A way in words, to be put behind "it is not the same".
    pub(super) fn name(&self, way: &Way) -> String {
        match way {
            Way::InOneGo => "in one go".to_owned(),
            Way::OnceMore => "when it is run once more".to_owned(),
            Way::Batches(size) => format!("in batches of {size}"),
            Way::Pages(size) => format!("in pages of {size}, several to a batch"),
            Way::Restarts(positions) => match positions.as_slice() {
                [position] => format!("after a restart at position {position}"),
                _ => format!("with {} restarts on the way", positions.len()),
            },
            Way::Faults(Faults { fault, only: None }, _) => match fault {
                Fault::Refused => "with every batch delivered twice".to_owned(),
                Fault::Unanswered => "with the answer to every commit lost".to_owned(),
                Fault::Crash => "with a crash before every commit".to_owned(),
            },
            Way::Faults(Faults { fault, only: Some(batch) }, size) => {
                let batch = format!("batch {batch} ({})", self.positions(*batch, *size));
                match fault {
                    Fault::Refused => format!("with {batch} delivered twice"),
                    Fault::Unanswered => format!("with the answer to the commit of {batch} lost"),
                    Fault::Crash => format!("after a crash before the commit of {batch}"),
                }
            }
            Way::Partitions(count) => format!("in {count} partitions"),
        }
    }

    /// Where the events of a batch are.
    fn positions(&self, batch: usize, size: usize) -> String {
        match self.events.chunks(size).nth(batch - 1) {
            Some([position]) => format!("position {position}"),
            Some([first, .., last]) => format!("positions {first} to {last}"),
            _ => "no position".to_owned(),
        }
    }
}

impl Way {
    /// What most often makes a difference in this way, beside what may in all.
    pub(super) const fn cause(&self) -> &'static str {
        match self {
            Self::InOneGo | Self::OnceMore => "",
            Self::Batches(_) | Self::Pages(_) => "what is made of a batch as a whole, ",
            Self::Restarts(_) => "a field of the projection, ",
            Self::Faults(..) => "effects outside of the sink's transaction, a field of the projection, ",
            Self::Partitions(_) => "the order of events that are in different partitions, ",
        }
    }

    pub(super) const fn cut(&self) -> Cut {
        match self {
            Self::Batches(size) | Self::Faults(_, size) => Cut::Batches(*size),
            Self::Pages(size) => Cut::Pages(*size),
            _ => Cut::Whole,
        }
    }

    pub(super) const fn faults(&self) -> Option<Faults> {
        match self {
            Self::Faults(faults, _) => Some(*faults),
            _ => None,
        }
    }

    pub(super) const fn partitions(&self) -> u16 {
        match self {
            Self::Partitions(count) => *count,
            _ => 1,
        }
    }

    /// For how long a runner that has crashed keeps its partitions.
    pub(super) const fn lease(&self) -> Duration {
        match self {
            Self::Faults(Faults { fault: Fault::Crash, .. }, _) => Duration::ZERO,
            _ => Duration::from_secs(5),
        }
    }

    pub(super) fn restarts(&self) -> &[Position] {
        match self {
            Self::Restarts(positions) => positions,
            _ => &[],
        }
    }
}
