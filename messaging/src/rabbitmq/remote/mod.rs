//! Requests and their replies.

mod desk;
mod requests;
mod respond;
mod topology;

pub(super) use self::desk::Desk;
use self::requests::RabbitRequests;
use super::RabbitMq;
use crate::{
    CloudEvent, Topic,
    remote::{RequestError, RequestReply, Requests, Serve},
    transport::TransportError,
};
use async_trait::async_trait;
use std::{sync::Arc, time::Duration};

#[async_trait]
impl RequestReply for RabbitMq {
    async fn request(
        &self,
        topic: Topic,
        request: CloudEvent,
        patience: Duration,
    ) -> Result<CloudEvent, RequestError> {
        self.shared.desk.request(&self.shared, topic, &request, patience).await
    }

    async fn serve(&self, serve: Serve) -> Result<Box<dyn Requests>, TransportError> {
        Ok(Box::new(RabbitRequests::open(Arc::clone(&self.shared), serve).await?))
    }
}
