use super::{ConfirmPayment, ConfirmRefund, DeclinePayment};
use crate::provider::{AnswerDue, ChargeRefused, Charged, Returned};
use async_trait::async_trait;
use factum::{
    prelude::*,
    projection::{Reaction, Reactor},
    sink::WorkError,
};

/// Takes note of what the payment service says.
#[derive(Clone, Debug, Projection)]
#[projection(name = "payment_answers", events(Charged, AnswerDue, ChargeRefused, Returned))]
pub struct Answers {
    /// What it sends its commands through.
    pub app: App,
}

#[async_trait]
impl Reactor for Answers {
    async fn react(&self, event: &Recorded<AnswersEvent>, _: &Reaction) -> Result<(), WorkError> {
        let (app, cause) = (&self.app, &event.record);
        match event.event {
            AnswersEvent::Charged(Charged { order, .. }) | AnswersEvent::AnswerDue(AnswerDue { order }) => {
                app.send(ConfirmPayment { order }).caused_by(cause).await?;
            }
            AnswersEvent::ChargeRefused(ChargeRefused { order }) => {
                app.send(DeclinePayment { order }).caused_by(cause).await?;
            }
            AnswersEvent::Returned(Returned { order, .. }) => {
                app.send(ConfirmRefund { order }).caused_by(cause).await?;
            }
        }
        Ok(())
    }
}
