use crate::{
    CloudEvent,
    rabbitmq::{broker::Shared, wire::Letter},
    remote::Respond,
    transport::{PublishError, TransportError},
};
use async_trait::async_trait;
use factum_core::Causes;
use futures_util::FutureExt as _;
use lapin::{
    Acker, BasicProperties, Channel,
    options::{BasicAckOptions, BasicRejectOptions},
    types::ShortString,
};
use std::sync::Arc;

/// Where a reply goes, and the request, which the broker gives to another server if this one dies before it has replied.
pub(super) struct RabbitRespond {
    shared: Arc<Shared>,
    /// Open for as long as requests that came over it are in hand.
    _channel: Channel,
    acker: Acker,
    /// `None` if nobody waits for a reply.
    to: Option<ShortString>,
    correlation: Option<ShortString>,
}

impl RabbitRespond {
    pub(super) fn new(
        shared: Arc<Shared>,
        channel: Channel,
        acker: Acker,
        properties: &BasicProperties,
    ) -> Self {
        let (to, correlation) = (properties.reply_to().clone(), properties.correlation_id().clone());
        Self { shared, _channel: channel, acker, to, correlation }
    }

    async fn send(&self, to: ShortString, reply: &CloudEvent) -> Result<(), TransportError> {
        let mut letter = Letter::in_passing(to, reply, self.shared.config.content_mode)?;
        if let Some(correlation) = self.correlation.clone() {
            letter.properties = letter.properties.with_correlation_id(correlation);
        }
        self.shared.publisher.drop_in(&letter).await.map_err(|error| match error {
            PublishError::Refused(error) | PublishError::Unavailable(error) => error,
            PublishError::Behind => TransportError::unavailable("sending a reply", error),
        })
    }
}

#[async_trait]
impl Respond for RabbitRespond {
    async fn respond(&self, reply: CloudEvent) -> Result<(), TransportError> {
        if let Some(to) = self.to.clone() {
            self.send(to, &reply).await?;
        }
        // If the broker does not hear it, another server gets the request too; nobody waits for its reply.
        if let Err(error) = self.acker.ack(BasicAckOptions::default()).await {
            tracing::debug!(error = %Causes(&error), "a request that was answered comes again");
        }
        Ok(())
    }
}

impl Drop for RabbitRespond {
    fn drop(&mut self) {
        // After an acknowledgement this is of no effect. The client has it from the first look on.
        let _ = self.acker.reject(BasicRejectOptions { requeue: false }).now_or_never();
    }
}
