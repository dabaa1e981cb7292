use super::Provider;
use crate::payment::RefundRequested;
use async_trait::async_trait;
use factum::{
    prelude::*,
    projection::{Reaction, Reactor},
    sink::WorkError,
};

/// Has the payment service give money back. If it does not answer, that is an error, and tried again.
#[derive(Clone, Debug, Projection)]
#[projection(name = "refunding", events(RefundRequested))]
pub struct Refunding {
    /// Whom it asks.
    pub provider: Provider,
}

#[async_trait]
impl Reactor for Refunding {
    async fn react(&self, event: &Recorded<RefundingEvent>, _: &Reaction) -> Result<(), WorkError> {
        let RefundingEvent::RefundRequested(RefundRequested { order, .. }) = event.event;
        Ok(self.provider.refund(order, &event.record).await?)
    }
}
