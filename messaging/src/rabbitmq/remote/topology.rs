use crate::{
    rabbitmq::{
        config::RabbitMqConfig,
        error::not_declared,
        kinds::QueueType,
        topology::{self, DURABLE_EXCHANGE, short},
    },
    remote::Serve,
    transport::TransportError,
};
use factum_core::ConsumerName;
use lapin::{
    Channel, ExchangeKind,
    options::QueueDeclareOptions,
    types::{FieldTable, ShortString},
};
use std::time::Duration;

/// Gone with the last who serves, so that whoever asks then is told that nobody does. And durable, since it is for the broker that
/// those that are not will go; hence its [`UNUSED`].
const SHARED_QUEUE: QueueDeclareOptions =
    QueueDeclareOptions { passive: false, durable: true, exclusive: false, auto_delete: true, nowait: false };
/// How long it is there after the broker has started again, if nobody serves any more.
const UNUSED: Duration = Duration::from_secs(30);

/// The exchange of all requests.
pub(super) fn exchange(config: &RabbitMqConfig) -> Result<ShortString, TransportError> {
    short("exchange", &format!("{}.requests", config.exchange))
}

/// The queue of those who serve in one name.
pub(super) fn queue(config: &RabbitMqConfig, service: &ConsumerName) -> Result<ShortString, TransportError> {
    short(
        "queue",
        &format!("{}.requests.{service}", config.queue_prefix.as_ref().unwrap_or(&config.exchange)),
    )
}

pub(super) async fn declare_exchange(
    channel: &Channel,
    config: &RabbitMqConfig,
) -> Result<(), TransportError> {
    let name = exchange(config)?;
    let declared =
        channel.exchange_declare(name.clone(), ExchangeKind::Topic, DURABLE_EXCHANGE, FieldTable::default());
    declared.await.map_err(|error| not_declared(&format!("exchange {name}"), error))
}

/// Declares all that a service needs.
pub(super) async fn declare(
    channel: &Channel,
    config: &RabbitMqConfig,
    queue: &ShortString,
    serve: &Serve,
) -> Result<(), TransportError> {
    declare_exchange(channel, config).await?;
    let mut arguments = FieldTable::default();
    // On one node: what is in it lives no longer than somebody waits.
    arguments.insert("x-queue-type".into(), QueueType::Classic.argument());
    arguments.insert("x-expires".into(), topology::millis(UNUSED));
    topology::declare_queue(channel, queue, SHARED_QUEUE, arguments).await?;
    let exchange = exchange(config)?;
    for pattern in &serve.patterns {
        topology::bind(channel, queue, &exchange, short("pattern", pattern.as_str())?).await?;
    }
    Ok(())
}
