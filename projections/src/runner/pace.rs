use std::time::Duration;

/// How many pages of the log make a batch while a projection catches up.
///
/// The more events there are in a batch, the more often several of them change one document, which is then written once;
/// and the fewer commits there are. But a store that is also the sink takes no appends while it commits. So batches grow
/// as long as commits are quick.
#[derive(Debug)]
pub(super) struct Pace {
    pages: usize,
}

impl Pace {
    const MOST: usize = 8;
    const QUICK: Duration = Duration::from_millis(40);
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
        if time < Self::QUICK {
            self.pages = (self.pages * 2).min(Self::MOST);
        } else if time > Self::SLOW {
            self.pages = (self.pages / 2).max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;

    #[test]
    fn batches_grow_while_commits_are_quick_and_shrink_when_they_are_slow() {
        let mut pace = Pace::new();
        let mut after = |time| {
            pace.took(time);
            pace.pages()
        };
        assert_eq!([Pace::QUICK / 2; 4].map(&mut after), [2, 4, 8, 8]);
        assert_eq!([Pace::QUICK * 2; 2].map(&mut after), [8, 8]);
        assert_eq!([Pace::SLOW * 2; 5].map(&mut after), [4, 2, 1, 1, 1]);
    }
}
