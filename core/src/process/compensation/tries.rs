#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

/// Several who are asked to hold something back, all at once (try); when all have, all are told to do it (confirm), and otherwise
/// all are told to let it go (cancel).
///
/// Whoever is asked has to keep what it holds back until it is told, or to let it go by itself after a time that is longer than the
/// process waits: so the process sets a deadline, and says [`expired`](Self::expired) when it is due.
///
/// What does not fit, such as an answer that comes twice, changes nothing and asks for nothing.
///
/// ```
/// use factum_core::process::compensation::{Ask, Tries};
///
/// let mut trip = Tries::new(["flight", "hotel"]);
/// assert_eq!(trip.begin(), [Ask::Try("flight"), Ask::Try("hotel")]);
/// assert_eq!(trip.tried(&"flight"), []);
/// assert_eq!(trip.tried(&"hotel"), [Ask::Confirm("flight"), Ask::Confirm("hotel")]);
/// assert_eq!(trip.settled(&"flight"), []);
/// assert_eq!(trip.settled(&"hotel"), [Ask::Confirmed]);
///
/// let mut trip = Tries::new(["flight", "hotel"]);
/// trip.begin();
/// // The hotel is full; the flight has not answered yet.
/// assert_eq!(trip.refused(&"hotel"), [Ask::Cancel("flight")]);
/// assert_eq!(trip.settled(&"flight"), [Ask::Cancelled]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tries<S> {
    all: Vec<(S, Answer)>,
    phase: Phase,
}

/// How it stands with one who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Answer {
    /// There is none yet.
    Open,
    /// It holds something back.
    Tried,
    /// It holds nothing back: it has refused, or was told and has answered.
    Free,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    Waiting,
    Trying,
    Confirming,
    Cancelling,
    Confirmed,
    Cancelled,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ask<S> {
    /// It is to hold something back; [`Tries::tried`] or [`Tries::refused`] is told its answer.
    Try(S),
    /// It is to do what it holds back; [`Tries::settled`] is told when it has. It must not refuse.
    Confirm(S),
    /// It is to let go what it holds back, if it holds something back; [`Tries::settled`] is told when it has.
    Cancel(S),
    /// All have done it.
    Confirmed,
    /// All have let it go.
    Cancelled,
}

impl<S: Clone + PartialEq> Tries<S> {
    /// These are asked, none of them twice.
    #[must_use]
    pub fn new(all: impl IntoIterator<Item = S>) -> Self {
        Self { all: all.into_iter().map(|one| (one, Answer::Open)).collect(), phase: Phase::Waiting }
    }

    /// All are asked.
    pub fn begin(&mut self) -> Vec<Ask<S>> {
        if self.phase != Phase::Waiting {
            return Vec::new();
        }
        self.phase = Phase::Trying;
        match self.all.is_empty() {
            true => self.confirm(),
            false => self.all.iter().map(|(one, _)| Ask::Try(one.clone())).collect(),
        }
    }

    /// This one holds something back.
    pub fn tried(&mut self, one: &S) -> Vec<Ask<S>> {
        if self.phase != Phase::Trying || !self.answers(one, Answer::Open, Answer::Tried) {
            return Vec::new();
        }
        match self.all.iter().all(|(_, answer)| *answer == Answer::Tried) {
            true => self.confirm(),
            false => Vec::new(),
        }
    }

    /// This one holds nothing back: the others are to let go.
    pub fn refused(&mut self, one: &S) -> Vec<Ask<S>> {
        if self.phase != Phase::Trying || !self.answers(one, Answer::Open, Answer::Free) {
            return Vec::new();
        }
        self.cancel()
    }

    /// Somebody has not answered in time, or it is not wanted any more: all are to let go. Nothing, if all have been told to do it.
    pub fn expired(&mut self) -> Vec<Ask<S>> {
        match self.phase {
            Phase::Trying => self.cancel(),
            Phase::Waiting => {
                self.all.clear();
                self.cancel()
            }
            _ => Vec::new(),
        }
    }

    /// This one has done, or has let go, what it was told to.
    pub fn settled(&mut self, one: &S) -> Vec<Ask<S>> {
        let is_told = matches!(self.phase, Phase::Confirming | Phase::Cancelling);
        let answers = |tries: &mut Self, before| tries.answers(one, before, Answer::Free);
        if !is_told || !(answers(self, Answer::Tried) || answers(self, Answer::Open)) {
            return Vec::new();
        }
        self.end().into_iter().collect()
    }

    /// Whether all have done it.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.phase == Phase::Confirmed
    }

    /// Whether all have let it go.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.phase == Phase::Cancelled
    }

    fn answers(&mut self, one: &S, before: Answer, now: Answer) -> bool {
        let found = self.all.iter_mut().find(|(known, answer)| known == one && *answer == before);
        found.map(|(_, answer)| *answer = now).is_some()
    }

    fn confirm(&mut self) -> Vec<Ask<S>> {
        self.phase = Phase::Confirming;
        let asks: Vec<_> = self.all.iter().map(|(one, _)| Ask::Confirm(one.clone())).collect();
        asks.into_iter().chain(self.end()).collect()
    }

    fn cancel(&mut self) -> Vec<Ask<S>> {
        self.phase = Phase::Cancelling;
        let holds = self.all.iter().filter(|(_, answer)| *answer != Answer::Free);
        let asks: Vec<_> = holds.map(|(one, _)| Ask::Cancel(one.clone())).collect();
        asks.into_iter().chain(self.end()).collect()
    }

    /// How it has ended, if nobody is left to answer.
    fn end(&mut self) -> Option<Ask<S>> {
        if self.all.iter().any(|(_, answer)| *answer != Answer::Free) {
            return None;
        }
        let (phase, end) = match self.phase {
            Phase::Confirming => (Phase::Confirmed, Ask::Confirmed),
            _ => (Phase::Cancelled, Ask::Cancelled),
        };
        self.phase = phase;
        Some(end)
    }
}

/// Nobody.
impl<S> Default for Tries<S> {
    fn default() -> Self {
        Self { all: Vec::new(), phase: Phase::Waiting }
    }
}
