use super::ChargedLate;
use crate::order::OrderId;
use factum::prelude::*;
use std::time::Duration;

/// The service has taken its time: now it says that it has the money.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct AnswerDue {
    /// For which order.
    pub order: OrderId,
}

/// What the service says late. It is kept, so that a late answer comes, whatever happens to the process that has charged.
#[derive(ProcessManager, Clone, Debug, Default, Serialize, Deserialize)]
#[process(
    name = "late_answers",
    key = OrderId,
    events(ChargedLate, AnswerDue),
    key(order),
    starts(ChargedLate)
)]
pub struct LateAnswers {}

impl React<ChargedLate> for LateAnswers {
    fn react(&mut self, event: &ChargedLate, next: &mut Next<'_, Self>) {
        let after = Duration::from_millis(event.answers_after_ms);
        next.schedule("answer", after, AnswerDue { order: event.order });
    }
}

/// That it is due is the answer.
impl React<AnswerDue> for LateAnswers {
    fn react(&mut self, _: &AnswerDue, next: &mut Next<'_, Self>) {
        next.end();
    }
}
