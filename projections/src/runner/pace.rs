use std::time::Duration;

/// How many pages of the log make a batch while a projection catches up.
///
/// The more events there are in a batch, the more often several of them change one document, which is then written once;
/// and the fewer commits there are. But a store that is also the sink takes no appends while it commits. So batches grow
/// until commits are nearly slow.
#[derive(Debug)]
pub(super) struct Pace {
    pages: usize,
}

impl Pace {
    const MOST: usize = 32;
    /// A batch is at most so many times as large as the last one.
    const GROWTH: u128 = 8;
    const SLOW: Duration = Duration::from_millis(160);

    /// One page, until it is known how long that takes.
    pub(super) const fn new() -> Self {
        Self { pages: 1 }
    }

    pub(super) const fn pages(&self) -> usize {
        self.pages
    }

    /// A batch of as many pages as were allowed took so long to commit.
    pub(super) fn took(&mut self, time: Duration) {
        // A batch that is so many times as large takes at most so many times as long.
        self.pages = match Self::SLOW.as_micros() / time.as_micros().max(1) {
            0 => (self.pages / 2).max(1),
            times => (self.pages * times.min(Self::GROWTH) as usize).min(Self::MOST),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;
    use std::time::Duration;

    #[test]
    fn batches_grow_until_commits_are_nearly_slow_and_shrink_when_they_are_slow() {
        let mut pace = Pace::new();
        let mut after = |time| {
            pace.took(time);
            pace.pages()
        };
        let (slow, no_time) = (Pace::SLOW, Duration::ZERO);
        assert_eq!([slow / 2, slow / 5, slow, slow / 20].map(&mut after), [2, 10, 10, 32]);
        assert_eq!([slow * 2; 6].map(&mut after), [16, 8, 4, 2, 1, 1]);
        assert_eq!([no_time; 3].map(&mut after), [8, 32, 32]);
    }
}
