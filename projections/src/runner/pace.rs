use factum_core::projection::Partition;
use std::time::Duration;

/// How many pages of the log make a batch while a projection catches up.
///
/// The more events there are in a batch, the more often several of them change one document, which is then written once;
/// and the fewer commits there are. But a database with one writer takes no appends while it commits. So batches grow until
/// commits are nearly slow, or a partition has as many events of its own in one as it may remember the documents of.
///
/// The partitions of a projection begin together. For one of their batches they are given different lengths, so that
/// afterwards some of them read and fold while others commit.
#[derive(Debug)]
pub(super) struct Pace {
    pages: usize,
    most: usize,
    /// What a commit may take.
    slow: Duration,
    /// That of whoever has not been set apart from the others.
    partition: Option<Partition>,
}

impl Pace {
    /// So many full of its own events, which are spread over more where there are several partitions.
    const MOST: usize = 64;
    /// A batch is at most so many times as large as the last one.
    const GROWTH: u128 = 8;
    const SLOW_FOR_OTHERS: Duration = Duration::from_millis(160);
    const SLOW: Duration = Duration::from_millis(640);

    /// One page, until it is known how long that takes.
    pub(super) const fn new(has_one_writer: bool, partition: Partition) -> Self {
        let slow = if has_one_writer { Self::SLOW_FOR_OTHERS } else { Self::SLOW };
        let most = Self::MOST * partition.of() as usize;
        Self { pages: 1, most, slow, partition: Some(partition) }
    }

    pub(super) const fn pages(&self) -> usize {
        self.pages
    }

    /// A batch of as many pages as were allowed took so long to commit.
    pub(super) fn took(&mut self, time: Duration) {
        // A batch that is so many times as large takes at most so many times as long.
        self.pages = match self.slow.as_micros() / time.as_micros().max(1) {
            0 => (self.pages / 2).max(1),
            times => (self.pages * times.min(Self::GROWTH) as usize).min(self.most),
        };
        let is_enough = |partition: &mut Partition| self.pages >= usize::from(partition.of());
        if let Some(partition) = self.partition.take_if(is_enough) {
            self.pages = self.pages * (usize::from(partition.number()) + 1) / usize::from(partition.of());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_grow_until_commits_are_nearly_slow_and_shrink_when_they_are_slow() {
        for has_one_writer in [true, false] {
            let mut pace = Pace::new(has_one_writer, Partition::WHOLE);
            let (slow, no_time) = (pace.slow, Duration::ZERO);
            let mut after = |time| {
                pace.took(time);
                pace.pages()
            };
            assert_eq!([slow / 2, slow / 5, slow, slow / 20].map(&mut after), [2, 10, 10, 64]);
            assert_eq!([slow * 2; 7].map(&mut after), [32, 16, 8, 4, 2, 1, 1]);
            assert_eq!([no_time; 3].map(&mut after), [8, 64, 64]);
        }
    }

    #[test]
    fn partitions_that_began_together_are_set_apart_once() {
        let pages = [0, 1, 2, 3].map(|number| {
            let mut pace = Pace::new(false, Partition::new(number, 4).expect("a partition"));
            [(); 4].map(|()| {
                pace.took(Duration::from_micros(1));
                pace.pages()
            })
        });
        assert_eq!(pages, [[2, 16, 128, 256], [4, 32, 256, 256], [6, 48, 256, 256], [8, 64, 256, 256]]);
    }
}
