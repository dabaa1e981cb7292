use super::{Answer, Provider};
use crate::payment::{ConfirmPayment, DeclinePayment, PaymentRequested};
use async_trait::async_trait;
use factum::{
    prelude::*,
    projection::{Reaction, Reactor},
    sink::WorkError,
};

/// Asks the payment service for the money of each order, and passes its answer on.
///
/// After a crash an order is asked for again; the service knows it by then, and gives the same answer.
#[derive(Clone, Debug, Projection)]
#[projection(name = "charging", events(PaymentRequested))]
pub struct Charging {
    /// What the answers are sent through.
    pub app: App,
    /// Whom it asks.
    pub provider: Provider,
}

#[async_trait]
impl Reactor for Charging {
    async fn react(&self, event: &Recorded<ChargingEvent>, _: &Reaction) -> Result<(), WorkError> {
        let ChargingEvent::PaymentRequested(PaymentRequested { order, amount, card }) = event.event;
        let trace = event.record.metadata.traceparent.as_deref();
        match self.provider.charge(order, amount, card, trace).await? {
            Answer::Approved => drop(self.app.send(ConfirmPayment { order }).caused_by(&event.record).await?),
            Answer::Declined => drop(self.app.send(DeclinePayment { order }).caused_by(&event.record).await?),
            Answer::None => {}
        }
        Ok(())
    }
}
