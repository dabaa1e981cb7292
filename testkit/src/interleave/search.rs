//! Depth-first search over choices.

/// Which way to go at each fork, for every combination of ways in turn.
///
/// It remembers only the way of the present run: after a run, [`Search::another`] changes the last choice that has an
/// untried alternative, and the next run takes the same way up to there.
#[derive(Debug, Default)]
pub(super) struct Search {
    way: Vec<Fork>,
    /// How many forks the present run has met.
    met: usize,
}

#[derive(Debug)]
struct Fork {
    taken: usize,
    of: usize,
}

/// A run met other forks than the one before it on the same way.
#[derive(Debug)]
pub(super) struct Changed;

impl Search {
    /// Which of `of` ways the present run takes here.
    pub(super) fn choose(&mut self, of: usize) -> Result<usize, Changed> {
        let taken = match self.way.get(self.met) {
            Some(fork) if fork.of != of => return Err(Changed),
            Some(fork) => fork.taken,
            None => {
                self.way.push(Fork { taken: 0, of });
                0
            }
        };
        self.met += 1;
        Ok(taken)
    }

    /// Turns to the next combination; `false` if all have been tried.
    pub(super) fn another(&mut self) -> bool {
        self.met = 0;
        while let Some(fork) = self.way.last_mut() {
            if fork.taken + 1 < fork.of {
                fork.taken += 1;
                return true;
            }
            self.way.pop();
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::Search;

    #[test]
    fn every_combination_once() {
        let mut search = Search::default();
        let mut seen = Vec::new();
        loop {
            let first = search.choose(2).expect("the same forks");
            let mut way = vec![first];
            // The second way has a fork more.
            if first == 1 {
                way.push(search.choose(3).expect("the same forks"));
            }
            seen.push(way);
            if !search.another() {
                break;
            }
        }
        assert_eq!(seen, [vec![0], vec![1, 0], vec![1, 1], vec![1, 2]]);
    }

    #[test]
    fn a_run_that_meets_other_forks_is_noticed() {
        let mut search = Search::default();
        search.choose(2).expect("a new fork");
        assert!(search.another());
        assert!(search.choose(3).is_err());
    }
}
