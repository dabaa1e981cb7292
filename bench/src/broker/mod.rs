//! Brokers, and bare clients of theirs that a relay is compared with.

mod nats;
mod rabbitmq;

use crate::Failure;
use async_trait::async_trait;
use factum::{
    ConsumerName,
    messaging::{
        Transport,
        transport::{Feed, Listen, Outgoing},
    },
    uuid::Uuid,
};
use std::{str::FromStr, sync::Arc};

/// So many messages of the bare client are sent and not confirmed yet, at most: as many as of ours.
const AT_ONCE: usize = 1_024;

/// A broker, by its URL.
#[derive(Clone, Debug)]
pub(crate) enum Broker {
    RabbitMq(String),
    Nats(String),
}

impl Broker {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::RabbitMq(_) => "RabbitMQ",
            Self::Nats(_) => "NATS",
        }
    }

    /// A new place at it, with a name of its own, that keeps everything that is published there.
    pub(crate) async fn place(&self) -> Result<Box<dyn Place>, Failure> {
        let name = format!("bench_{}", Uuid::now_v7().simple());
        Ok(match self {
            Self::RabbitMq(url) => Box::new(rabbitmq::Exchange::make(url, name).await?),
            Self::Nats(url) => Box::new(nats::Stream::make(url, name).await?),
        })
    }
}

impl FromStr for Broker {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        match url.split_once("://") {
            Some(("amqp", _)) => Ok(Self::RabbitMq(url.to_owned())),
            Some(("nats", _)) => Ok(Self::Nats(url.to_owned())),
            _ => Err("expected `amqp://USER:PASSWORD@HOST` or `nats://HOST`".to_owned()),
        }
    }
}

/// Where messages go at a broker.
#[async_trait]
pub(crate) trait Place: Send + Sync {
    /// For our relay.
    fn transport(&self) -> Arc<dyn Transport>;

    /// Publishes the same messages with the bare client, and waits until all are confirmed; messages per second. They are made
    /// before the time begins.
    async fn publish(&self, messages: &[Outgoing]) -> Result<f64, Failure>;

    /// Removes it, with all that was published there.
    async fn remove(&self) -> Result<(), Failure>;
}

/// Who the messages are kept for.
fn everything() -> Result<Listen, Failure> {
    Ok(Listen::new(ConsumerName::new("bench")?, ["#".parse()?]))
}

/// What is published there from now on.
pub(crate) async fn listen(place: &dyn Place) -> Result<Box<dyn Feed>, Failure> {
    Ok(place.transport().listen(everything()?).await?)
}
