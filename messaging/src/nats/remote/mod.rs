//! Requests and their replies, over NATS itself, without `JetStream`: a request is kept nowhere.

mod ask;
mod requests;
mod respond;

use super::{Nats, NatsConfig, filter::filters, name::durable};
use crate::{
    CloudEvent, Topic,
    remote::{RequestError, RequestReply, Requests, Serve},
    transport::TransportError,
};
use async_trait::async_trait;
use requests::NatsRequests;
use std::{sync::Arc, time::Duration};

/// A service listens to so many subjects at most.
const FILTERS: usize = 64;

#[async_trait]
impl RequestReply for Nats {
    async fn request(
        &self,
        topic: Topic,
        request: CloudEvent,
        patience: Duration,
    ) -> Result<CloudEvent, RequestError> {
        self.connection.request(topic, &request, patience).await
    }

    async fn serve(&self, serve: Serve) -> Result<Box<dyn Requests>, TransportError> {
        let connection = &self.connection;
        let doing = "serving requests of NATS";
        if connection.closing.is_cancelled() {
            return Err(TransportError::closed(doing));
        }
        if !connection.link().is_up {
            return Err(TransportError::unavailable(doing, "there is no connection"));
        }
        let (prefix, bytes) = (prefix(&connection.config), connection.config.subject_bytes());
        let mut subscribed = Vec::new();
        for filter in filters(&prefix, &serve.patterns, FILTERS, bytes) {
            let subscriber = connection.client.queue_subscribe(filter, durable(&serve.service)).await;
            subscribed.push(subscriber.map_err(|error| TransportError::unavailable(doing, error))?);
        }
        // So that whoever asks when this has returned finds it.
        connection.round_trip(doing).await?;
        Ok(Box::new(NatsRequests::new(Arc::clone(connection), prefix, serve.patterns, subscribed)))
    }
}

/// What the subjects of requests begin with. The stream does not have them: it would answer instead.
fn prefix(config: &NatsConfig) -> String {
    format!("{}_requests", config.prefix)
}
