use super::failure::OnFailure;
use crate::subscription::Start;
use std::{num::NonZeroU16, time::Duration};

/// A projection, and how it is run: `App::builder(store).run(Runner::new(Balances).partitions(8))`.
#[derive(Clone, Debug)]
#[must_use = "it is run by `AppBuilderExt::run`"]
pub struct Runner<P> {
    pub(crate) projection: P,
    pub(crate) options: Options,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    pub(crate) partitions: NonZeroU16,
    pub(crate) on_failure: OnFailure,
    pub(crate) lease: Duration,
    pub(crate) from: Start,
    /// Whether appends may move its checkpoint.
    pub(crate) inline: bool,
}

impl<P> Runner<P> {
    /// Runs `projection` in one partition.
    pub const fn new(projection: P) -> Self {
        let lease = Duration::from_secs(5);
        let on_failure = OnFailure::Quarantine { attempts: 5 };
        let from = Start::Beginning;
        let (partitions, inline) = (NonZeroU16::MIN, false);
        Self { projection, options: Options { partitions, on_failure, lease, from, inline } }
    }

    /// Parts its events into so many partitions, which are applied at the same time, on this node and on others. The order of
    /// each stream, and of the events of each document of a view, stays.
    ///
    /// The number is kept with the read model and cannot change afterwards, unless that is made anew. It bounds how many nodes
    /// can take part; a few times as many as there will be nodes is a good number.
    ///
    /// # Panics
    /// With 0.
    pub const fn partitions(mut self, partitions: u16) -> Self {
        self.options.partitions = NonZeroU16::new(partitions).expect("at least one partition");
        self
    }

    /// Where it begins when it runs for the first time; by default at the first event of the log. Afterwards it goes on where
    /// it was.
    pub const fn from(mut self, start: Start) -> Self {
        self.options.from = start;
        self
    }

    /// What becomes of an event that cannot be applied.
    pub const fn on_failure(mut self, on_failure: OnFailure) -> Self {
        self.options.on_failure = on_failure;
        self
    }

    /// For how long a partition stays with a node that says nothing, by the clock of the database; 5 s by default. A node that
    /// was killed is replaced after that time. A longer one forgives a node that is held up, and a shorter one costs more
    /// statements: each node sends one in a fifth of it.
    pub const fn lease(mut self, time: Duration) -> Self {
        self.options.lease = time;
        self
    }
}
