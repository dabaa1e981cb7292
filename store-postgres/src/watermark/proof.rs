//! Which positions are settled: what a process has seen of the log and of those who may still write to it.
//!
//! The proof of a hole takes three looks, in this order, each a statement of its own:
//! 1. one sees a later position and not this one, so whoever could own it has drawn it already;
//! 2. one sees who holds the lock that drawing takes. They keep it until they end, and what they commit becomes visible before
//!    they let go of it;
//! 3. one, begun after none of them held it any more, does not see the position: it is dead for ever.
//!
//! Nothing here reads a clock or a transaction id. The rules are modelled, with their breaches, in `tests/it/model`.

use std::{collections::HashSet, ops::RangeInclusive};

/// One who holds the lock of the sequence: the name of a transaction in `pg_locks`.
///
/// A transaction that is prepared keeps its name, `3/4`, until the server is restarted, and has the name `-1/725` from then
/// on; its old name may be given to another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Owner(String);

impl Owner {
    pub(super) fn new(transaction: impl Into<String>) -> Self {
        Self(transaction.into())
    }

    pub(super) fn name(&self) -> &str {
        &self.0
    }

    /// Whether it has this name to its end.
    fn is_lasting(&self) -> bool {
        self.0.starts_with("-1/")
    }
}

#[derive(Debug, Default)]
pub(super) struct Proof {
    mark: u64,
    /// The holes above the mark, by the look that saw them first.
    watched: Vec<Watched>,
    /// Dead positions above the mark.
    dead: Vec<RangeInclusive<u64>>,
    /// Who held the lock at the last look.
    last: HashSet<Owner>,
}

/// Holes that were first seen together, so the same owners matter.
#[derive(Debug)]
struct Watched {
    holes: Vec<RangeInclusive<u64>>,
    /// `None` until the owners were looked at after the holes were seen.
    owners: Option<HashSet<Owner>>,
}

impl Proof {
    pub(super) fn new(mark: u64) -> Self {
        Self { mark, ..Self::default() }
    }

    /// Everything up to here is settled.
    pub(super) const fn mark(&self) -> u64 {
        self.mark
    }

    /// Whether there is a hole below a visible position.
    pub(super) const fn has_holes(&self) -> bool {
        !self.watched.is_empty()
    }

    /// Whether the next look at positions decides something.
    pub(super) fn is_decisive(&self) -> bool {
        self.watched.iter().any(Watched::is_released)
    }

    /// The first hole, if somebody still holds the lock who may own it.
    pub(super) fn held(&self) -> Option<(u64, &HashSet<Owner>)> {
        let first = |watched: &&Watched| watched.holes.first().map(|hole| *hole.start());
        let watched = self.watched.iter().min_by_key(first)?;
        let owners = watched.owners.as_ref().filter(|owners| !owners.is_empty())?;
        Some((first(&watched)?, owners))
    }

    /// A look at positions: the visible ones above the mark, in order, as far as the look went.
    pub(super) fn see(&mut self, visible: &[u64]) {
        let mut absent = Vec::new();
        let mut next = self.mark + 1;
        for position in visible {
            if *position > next {
                absent.push(next..=position - 1);
            }
            next = position + 1;
        }
        for watched in &mut self.watched {
            watched.holes = intersection(&watched.holes, &absent);
        }
        // Begun after the last of their owners was gone.
        let (released, watched) =
            std::mem::take(&mut self.watched).into_iter().partition::<Vec<_>, _>(Watched::is_released);
        self.watched = watched.into_iter().filter(|watched| !watched.holes.is_empty()).collect();
        self.dead.extend(released.into_iter().flat_map(|watched| watched.holes));
        self.dead.sort_unstable_by_key(|range| *range.start());

        let mut known: Vec<_> = self.dead.clone();
        known.extend(self.watched.iter().flat_map(|watched| watched.holes.iter().cloned()));
        known.sort_unstable_by_key(|range| *range.start());
        let new = difference(&absent, &known);
        if !new.is_empty() {
            self.watched.push(Watched { holes: new, owners: None });
        }
        self.advance(visible);
    }

    fn advance(&mut self, visible: &[u64]) {
        let mut visible = visible.iter().peekable();
        let mut dead = self.dead.iter().peekable();
        loop {
            let next = self.mark + 1;
            if visible.next_if(|position| **position == next).is_some() {
                self.mark = next;
            } else if let Some(range) = dead.next_if(|range| *range.start() <= next) {
                self.mark = self.mark.max(*range.end());
            } else {
                break;
            }
        }
        self.dead.retain(|range| *range.end() > self.mark);
    }

    /// A look at who holds the lock, begun after the last look at positions had ended.
    pub(super) fn hold(&mut self, owners: HashSet<Owner>) {
        for watched in &mut self.watched {
            let Some(known) = &mut watched.owners else {
                watched.owners = Some(owners.clone());
                continue;
            };
            // One of them may have been prepared and be here under a new name, even if there is one of the old name too.
            let may_have_changed = !known.iter().all(Owner::is_lasting);
            known.retain(|owner| owners.contains(owner));
            if may_have_changed {
                let renamed = owners.iter().filter(|owner| owner.is_lasting() && !self.last.contains(owner));
                known.extend(renamed.cloned());
            }
        }
        self.last = owners;
    }
}

impl Watched {
    fn is_released(&self) -> bool {
        self.owners.as_ref().is_some_and(HashSet::is_empty)
    }
}

/// What is in both. Both are in order.
fn intersection(one: &[RangeInclusive<u64>], other: &[RangeInclusive<u64>]) -> Vec<RangeInclusive<u64>> {
    let mut both = Vec::new();
    let (mut i, mut j) = (0, 0);
    while let (Some(a), Some(b)) = (one.get(i), other.get(j)) {
        let (start, end) = (*a.start().max(b.start()), *a.end().min(b.end()));
        if start <= end {
            both.push(start..=end);
        }
        if a.end() < b.end() { i += 1 } else { j += 1 }
    }
    both
}

/// What is in `one` and not in `other`. Both are in order.
fn difference(one: &[RangeInclusive<u64>], other: &[RangeInclusive<u64>]) -> Vec<RangeInclusive<u64>> {
    let mut left = Vec::new();
    let mut others = other.iter().peekable();
    for range in one {
        let mut start = *range.start();
        while others.next_if(|other| *other.end() < start).is_some() {}
        let mut inside = others.clone();
        while let Some(other) = inside.next_if(|other| *other.start() <= *range.end()) {
            if start < *other.start() {
                left.push(start..=other.start() - 1);
            }
            start = start.max(other.end() + 1);
        }
        if start <= *range.end() {
            left.push(start..=*range.end());
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::{Owner, Proof};
    use std::collections::HashSet;

    fn owners(names: &[&str]) -> HashSet<Owner> {
        names.iter().map(|name| Owner::new(*name)).collect()
    }

    #[test]
    fn what_has_no_hole_is_settled_at_once() {
        let mut proof = Proof::new(4);
        proof.see(&[5, 6, 7]);
        assert_eq!((proof.mark(), proof.has_holes()), (7, false));
    }

    #[test]
    fn a_hole_that_nobody_can_own_is_dead_at_the_next_look_and_not_before() {
        for (visible, end) in [(&[2, 3][..], 3), (&[1, 3], 3), (&[1, 2, 4, 7], 7), (&[5], 5)] {
            let mut proof = Proof::new(0);
            proof.see(visible);
            let first = visible.iter().zip(1..).take_while(|(found, next)| *found == next).count() as u64;
            assert_eq!(proof.mark(), first);
            proof.hold(owners(&[]));
            assert_eq!(proof.mark(), first);
            assert!(proof.is_decisive());
            proof.see(&visible[first as usize..]);
            assert_eq!((proof.mark(), proof.has_holes()), (end, false), "{visible:?}");
        }
    }

    #[test]
    fn a_hole_waits_for_those_who_held_the_lock_when_it_had_been_seen() {
        let mut proof = Proof::new(0);
        proof.see(&[2]);
        proof.hold(owners(&["3/1", "4/1"]));
        proof.see(&[2]);
        proof.hold(owners(&["4/1", "5/1"]));
        proof.see(&[2]);
        assert_eq!(proof.held().map(|(hole, owners)| (hole, owners.len())), Some((1, 1)));
        // Whoever comes later does not matter, even on the same backend.
        proof.hold(owners(&["5/1", "4/2"]));
        proof.see(&[2, 3]);
        assert_eq!(proof.mark(), 3);
    }

    #[test]
    fn a_hole_that_fills_is_delivered() {
        let mut proof = Proof::new(0);
        proof.see(&[2]);
        proof.hold(owners(&["3/1"]));
        proof.hold(owners(&[]));
        proof.see(&[1, 2]);
        assert_eq!((proof.mark(), proof.has_holes()), (2, false));
    }

    #[test]
    fn a_prepared_transaction_is_followed_under_its_new_name() {
        // The old name is free, or has been given to another.
        for restarted in [&["-1/90", "-1/91"][..], &["3/1", "-1/90", "-1/91"]] {
            let mut proof = Proof::new(0);
            proof.see(&[2]);
            proof.hold(owners(&["3/1", "-1/90"]));
            proof.hold(owners(restarted));
            proof.hold(owners(&["-1/91"]));
            proof.see(&[2]);
            assert_eq!(proof.mark(), 0);
            proof.hold(owners(&[]));
            proof.see(&[2]);
            assert_eq!(proof.mark(), 2);
        }
    }

    #[test]
    fn holes_seen_later_wait_for_their_own_owners() {
        let mut proof = Proof::new(0);
        proof.see(&[2]);
        proof.hold(owners(&["3/1"]));
        proof.see(&[2, 4]);
        proof.hold(owners(&["4/1"]));
        proof.see(&[2, 4]);
        assert_eq!(proof.mark(), 2);
        proof.hold(owners(&[]));
        proof.see(&[4]);
        assert_eq!(proof.mark(), 4);
    }
}
