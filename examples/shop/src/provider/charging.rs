use super::Provider;
use crate::payment::PaymentRequested;
use async_trait::async_trait;
use factum::{
    prelude::*,
    projection::{Reaction, Reactor},
    sink::WorkError,
};

/// Has the payment service take the money of each order.
///
/// After a crash an order is asked for again; the service knows it by then, and does nothing.
#[derive(Clone, Debug, Projection)]
#[projection(name = "charging", events(PaymentRequested))]
pub struct Charging {
    /// Whom it asks.
    pub provider: Provider,
}

#[async_trait]
impl Reactor for Charging {
    async fn react(&self, event: &Recorded<ChargingEvent>, _: &Reaction) -> Result<(), WorkError> {
        let ChargingEvent::PaymentRequested(PaymentRequested { order, amount, card }) = event.event;
        Ok(self.provider.charge(order, amount, card, &event.record).await?)
    }
}
