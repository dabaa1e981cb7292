use std::fmt;

/// So many are told in words.
const FIRST: usize = 20;

/// Broken promises.
#[derive(Debug, Default)]
pub(crate) struct Violations {
    /// Acknowledged and not in the log, or in the log and not seen.
    lost: u64,
    /// More than once in the log, or seen more than once.
    doubled: u64,
    out_of_order: u64,
    /// All else: refused and written, written in part, changed, contrary to a receipt or a condition.
    wrong: u64,
    first: Vec<String>,
}

impl Violations {
    pub(crate) const fn is_empty(&self) -> bool {
        self.lost == 0 && self.doubled == 0 && self.out_of_order == 0 && self.wrong == 0
    }

    pub(crate) fn lost(&mut self, what: impl Into<String>) {
        self.lost += 1;
        self.tell("lost", what);
    }

    pub(crate) fn doubled(&mut self, what: impl Into<String>) {
        self.doubled += 1;
        self.tell("doubled", what);
    }

    pub(crate) fn out_of_order(&mut self, what: impl Into<String>) {
        self.out_of_order += 1;
        self.tell("out of order", what);
    }

    pub(crate) fn wrong(&mut self, what: impl Into<String>) {
        self.wrong += 1;
        self.tell("wrong", what);
    }

    fn tell(&mut self, kind: &str, what: impl Into<String>) {
        if self.first.len() < FIRST {
            self.first.push(format!("{kind}: {}", what.into()));
        }
    }

    pub(crate) fn add(&mut self, others: Self) {
        let Self { lost, doubled, out_of_order, wrong, first } = others;
        self.lost += lost;
        self.doubled += doubled;
        self.out_of_order += out_of_order;
        self.wrong += wrong;
        let room = FIRST.saturating_sub(self.first.len());
        self.first.extend(first.into_iter().take(room));
    }

    /// The first of them.
    pub(crate) fn first(&self) -> &[String] {
        &self.first
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lost, doubled, out_of_order, wrong, .. } = self;
        write!(f, "lost {lost}, doubled {doubled}, out of order {out_of_order}, otherwise wrong {wrong}")
    }
}
