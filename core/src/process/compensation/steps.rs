#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Steps that are taken one after the other. If one fails, those that were taken are undone, the last one first.
///
/// The steps are kept with it, so that an instance that has begun goes on as it has begun when the program has other steps by then.
/// What does not fit, such as an answer that comes twice, changes nothing and asks for nothing.
///
/// ```
/// use factum_core::process::compensation::{Steps, Turn};
///
/// let mut steps = Steps::new(["reserve", "charge", "ship"]);
/// assert_eq!(steps.begin(), Some(Turn::Do("reserve")));
/// assert_eq!(steps.done(&"reserve"), Some(Turn::Do("charge")));
/// // The card is refused.
/// assert_eq!(steps.failed(&"charge"), Some(Turn::Undo("reserve")));
/// assert_eq!(steps.undone(&"reserve"), Some(Turn::Undone));
/// ```
///
/// In a process, one function sends the command for each turn:
///
/// ```
/// # use factum::{prelude::*, process::compensation::{Steps, Turn}};
/// # #[derive(Id, Clone, Serialize, Deserialize)] struct OrderId(String);
/// # #[derive(Event, Serialize, Deserialize)] struct Placed;
/// # #[derive(Event, Serialize, Deserialize)] struct Reserved;
/// # #[derive(Event, Serialize, Deserialize)] struct Released;
/// # #[derive(Event, Serialize, Deserialize)] struct Charged;
/// # #[derive(Aggregate, Clone, Default)] #[aggregate(id = OrderId, events(Reserved, Released, Charged))] struct Order;
/// # macro_rules! command { ($($command:ident $event:ident $rejection:ty),*) => { $(
/// #     #[derive(Command, Serialize, Deserialize)] struct $command { order: OrderId }
/// #     impl Apply<$event> for Order { fn apply(&mut self, _: &$event) {} }
/// #     impl Handle<$command> for Order {
/// #         type Rejection = $rejection;
/// #         fn handle(&self, _: &$command) -> Result<Events<Self>, $rejection> { Ok($event.into()) }
/// #     }
/// # )* } }
/// # command!(Reserve Reserved Never, Release Released Never, Charge Charged String);
/// #[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
/// enum Step {
///     Reserve,
///     Charge,
/// }
///
/// #[derive(ProcessManager, Default, Serialize, Deserialize)]
/// #[process(
///     key = OrderId,
///     events(Placed, Reserved, Charged, Released),
///     starts(Placed),
///     commands(Reserve, Release, Charge),
///     rejected(Charge)
/// )]
/// struct Fulfilment {
///     steps: Steps<Step>,
/// }
///
/// impl Fulfilment {
///     fn go(turn: Option<Turn<Step>>, next: &mut Next<'_, Self>) {
///         let order = next.key().clone();
///         match turn {
///             Some(Turn::Do(Step::Reserve)) => next.send(Reserve { order }),
///             Some(Turn::Undo(Step::Reserve)) => next.send(Release { order }),
///             Some(Turn::Do(Step::Charge)) => next.send(Charge { order }),
///             Some(Turn::Undo(Step::Charge)) => unreachable!("it is the last step, and has failed or not"),
///             Some(Turn::Completed | Turn::Undone) => next.end(),
///             _ => {}
///         }
///     }
/// }
///
/// impl React<Placed> for Fulfilment {
///     fn react(&mut self, _: &Placed, next: &mut Next<'_, Self>) {
///         self.steps = Steps::new([Step::Reserve, Step::Charge]);
///         Self::go(self.steps.begin(), next);
///     }
/// }
///
/// impl React<Reserved> for Fulfilment {
///     fn react(&mut self, _: &Reserved, next: &mut Next<'_, Self>) {
///         Self::go(self.steps.done(&Step::Reserve), next);
///     }
/// }
///
/// impl React<Charged> for Fulfilment {
///     fn react(&mut self, _: &Charged, next: &mut Next<'_, Self>) {
///         Self::go(self.steps.done(&Step::Charge), next);
///     }
/// }
///
/// impl React<Rejected<Charge>> for Fulfilment {
///     fn react(&mut self, _: &Rejected<Charge>, next: &mut Next<'_, Self>) {
///         Self::go(self.steps.failed(&Step::Charge), next);
///     }
/// }
///
/// impl React<Released> for Fulfilment {
///     fn react(&mut self, _: &Released, next: &mut Next<'_, Self>) {
///         Self::go(self.steps.undone(&Step::Reserve), next);
///     }
/// }
/// # fn main() {}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steps<S> {
    /// Those that are not taken yet; the first one is under way once it has begun.
    ahead: VecDeque<S>,
    /// Those that were taken and not undone, in that order; while undoing, the last one is being undone.
    taken: Vec<S>,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    Waiting,
    Doing,
    Undoing,
    Completed,
    Undone,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Turn<S> {
    /// This step is to be taken; [`Steps::done`] or [`Steps::failed`] is told what comes of it.
    Do(S),
    /// This step is to be undone; [`Steps::undone`] is told when it is.
    Undo(S),
    /// All steps are taken.
    Completed,
    /// Every step that was taken is undone.
    Undone,
}

impl<S: Clone + PartialEq> Steps<S> {
    /// These steps, in this order, none of them twice.
    #[must_use]
    pub fn new(steps: impl IntoIterator<Item = S>) -> Self {
        Self { ahead: steps.into_iter().collect(), taken: Vec::new(), phase: Phase::Waiting }
    }

    /// Begins with the first step.
    pub fn begin(&mut self) -> Option<Turn<S>> {
        if self.phase != Phase::Waiting {
            return None;
        }
        self.phase = Phase::Doing;
        Some(self.go_on())
    }

    /// The step that is under way has had its effect.
    pub fn done(&mut self, step: &S) -> Option<Turn<S>> {
        if !self.is_under_way(step) {
            return None;
        }
        self.taken.extend(self.ahead.pop_front());
        Some(self.go_on())
    }

    /// The step that is under way has had no effect, and will have none: what was done before it is undone.
    pub fn failed(&mut self, step: &S) -> Option<Turn<S>> {
        self.is_under_way(step).then(|| self.turn_back())
    }

    /// The step that is under way has had its effect or not, or may have it yet: it is undone too, and what was done before it. For
    /// when there was no answer in time.
    pub fn in_doubt(&mut self, step: &S) -> Option<Turn<S>> {
        if !self.is_under_way(step) {
            return None;
        }
        self.taken.extend(self.ahead.pop_front());
        Some(self.turn_back())
    }

    /// It is given up, whatever is under way: that is undone as if it were [in doubt](Self::in_doubt). Nothing is, if it has
    /// completed.
    pub fn abort(&mut self) -> Option<Turn<S>> {
        match self.phase {
            Phase::Waiting => Some(self.turn_back()),
            Phase::Doing => {
                self.taken.extend(self.ahead.pop_front());
                Some(self.turn_back())
            }
            Phase::Undoing | Phase::Completed | Phase::Undone => None,
        }
    }

    /// The step that was being undone is.
    pub fn undone(&mut self, step: &S) -> Option<Turn<S>> {
        if self.phase != Phase::Undoing || self.taken.last() != Some(step) {
            return None;
        }
        self.taken.pop();
        Some(self.turn_back())
    }

    /// The steps that have had an effect, or may have had one, and are not undone, in the order in which they were taken.
    #[must_use]
    pub fn taken(&self) -> &[S] {
        &self.taken
    }

    /// The step that is under way.
    #[must_use]
    pub fn under_way(&self) -> Option<&S> {
        match self.phase {
            Phase::Doing => self.ahead.front(),
            _ => None,
        }
    }

    /// Whether something has failed, and what was done is being undone.
    #[must_use]
    pub fn is_undoing(&self) -> bool {
        self.phase == Phase::Undoing
    }

    /// Whether all steps are taken.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.phase == Phase::Completed
    }

    /// Whether something has failed, and all that was done is undone.
    #[must_use]
    pub fn is_undone(&self) -> bool {
        self.phase == Phase::Undone
    }

    fn is_under_way(&self, step: &S) -> bool {
        self.under_way() == Some(step)
    }

    fn go_on(&mut self) -> Turn<S> {
        match self.ahead.front() {
            Some(step) => Turn::Do(step.clone()),
            None => {
                self.phase = Phase::Completed;
                Turn::Completed
            }
        }
    }

    fn turn_back(&mut self) -> Turn<S> {
        match self.taken.last() {
            Some(step) => {
                self.phase = Phase::Undoing;
                Turn::Undo(step.clone())
            }
            None => {
                self.phase = Phase::Undone;
                Turn::Undone
            }
        }
    }
}

/// No steps.
impl<S> Default for Steps<S> {
    fn default() -> Self {
        Self { ahead: VecDeque::new(), taken: Vec::new(), phase: Phase::Waiting }
    }
}
