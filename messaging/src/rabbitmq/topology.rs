use super::{ExchangeKind, QueueType, config::RabbitMqConfig, error::not_declared};
use crate::{
    TopicPattern,
    transport::{Listen, TransportError},
};
use factum_core::ConsumerName;
use lapin::{
    Channel,
    options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable, LongString, ShortString},
};
use std::time::Duration;

pub(super) const DURABLE_EXCHANGE: ExchangeDeclareOptions = ExchangeDeclareOptions {
    passive: false,
    durable: true,
    auto_delete: false,
    internal: false,
    nowait: false,
};
const DURABLE_QUEUE: QueueDeclareOptions = QueueDeclareOptions {
    passive: false,
    durable: true,
    exclusive: false,
    auto_delete: false,
    nowait: false,
};
/// How much longer than its messages wait, a queue in which they wait is kept when nothing is put into it.
const SPARE: Duration = Duration::from_secs(24 * 60 * 60);
/// Longer than this, no message waits: 2^31 milliseconds, or 24 days. The broker counts up to twice that.
const LONGEST: u64 = 1 << 31;

/// The name of something at the broker, which has room for 255 bytes.
pub(super) fn short(what: &'static str, name: &str) -> Result<ShortString, TransportError> {
    ShortString::try_new(name).map_err(|error| TransportError::new(format!("using {what} {name:?}"), error))
}

/// What a consumer has at the broker.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) exchange: ShortString,
    pub(super) dead_exchange: ShortString,
    pub(super) queue: ShortString,
    pub(super) dead_queue: ShortString,
}

impl Names {
    pub(super) fn of(config: &RabbitMqConfig, consumer: &ConsumerName) -> Result<Self, TransportError> {
        let exchange = &config.exchange;
        let queue = format!("{}.{consumer}", config.queue_prefix.as_ref().unwrap_or(exchange));
        Ok(Self {
            exchange: short("exchange", exchange)?,
            dead_exchange: short("exchange", &format!("{exchange}.dead"))?,
            dead_queue: short("queue", &format!("{queue}.dead"))?,
            queue: short("queue", &queue)?,
        })
    }
}

/// How long a message waits that is to wait for `pause` at least. Of all pauses there are but 32, since each has a queue of its own: in
/// one queue, a short one would wait behind a long one.
pub(super) fn wait(pause: Duration) -> Duration {
    let millis = pause.as_nanos().div_ceil(1_000_000).min(u128::from(LONGEST));
    let millis = u64::try_from(millis).unwrap_or(LONGEST);
    Duration::from_millis(millis.next_power_of_two().min(LONGEST))
}

fn text(text: &str) -> AMQPValue {
    AMQPValue::LongString(LongString::from(text))
}

pub(super) fn millis(duration: Duration) -> AMQPValue {
    AMQPValue::LongLongInt(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
}

/// The arguments of a queue whose messages go to `exchange` under `key` when they are rejected or have waited.
///
/// A quorum queue gives none of them up before that one has confirmed it, for which it must refuse rather than drop when it is full.
fn passes_on(queue_type: QueueType, exchange: &str, key: &str) -> FieldTable {
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), queue_type.argument());
    arguments.insert("x-dead-letter-exchange".into(), text(exchange));
    arguments.insert("x-dead-letter-routing-key".into(), text(key));
    if queue_type == QueueType::Quorum {
        arguments.insert("x-dead-letter-strategy".into(), text("at-least-once"));
        arguments.insert("x-overflow".into(), text("reject-publish"));
    }
    arguments
}

/// Declares the exchange that is published to.
pub(super) async fn declare_exchange(
    channel: &Channel,
    config: &RabbitMqConfig,
) -> Result<(), TransportError> {
    let name = short("exchange", &config.exchange)?;
    let declared = channel.exchange_declare(
        name,
        config.exchange_kind.declared(),
        DURABLE_EXCHANGE,
        FieldTable::default(),
    );
    declared.await.map_err(|error| not_declared(&format!("exchange {}", config.exchange), error))
}

/// Declares all that a consumer needs: where what it rejects goes first, then its queue, then what it asks for.
pub(super) async fn declare(
    channel: &Channel,
    config: &RabbitMqConfig,
    names: &Names,
    listen: &Listen,
) -> Result<(), TransportError> {
    let keys: Vec<_> =
        listen.patterns.iter().map(|pattern| key(config.exchange_kind, pattern)).collect::<Result<_, _>>()?;
    let Names { exchange, dead_exchange, queue, dead_queue } = names;
    declare_exchange(channel, config).await?;
    let declared = channel.exchange_declare(
        dead_exchange.clone(),
        ExchangeKind::Direct.declared(),
        DURABLE_EXCHANGE,
        FieldTable::default(),
    );
    declared.await.map_err(|error| not_declared(&format!("exchange {dead_exchange}"), error))?;
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), config.queue_type.argument());
    declare_queue(channel, dead_queue, DURABLE_QUEUE, arguments).await?;
    bind(channel, dead_queue, dead_exchange, queue.clone()).await?;
    let mut arguments = passes_on(config.queue_type, dead_exchange.as_str(), queue.as_str());
    if listen.alone {
        arguments.insert("x-single-active-consumer".into(), AMQPValue::Boolean(true));
    }
    if config.queue_type == QueueType::Quorum {
        // Also where it is of no use by itself: with one, what is given back has its old place.
        arguments.insert("x-delivery-limit".into(), AMQPValue::LongLongInt(config.delivery_limit.into()));
    }
    declare_queue(channel, queue, DURABLE_QUEUE, arguments).await?;
    for key in keys {
        bind(channel, queue, exchange, key).await?;
    }
    Ok(())
}

/// Declares the queue in which messages wait so long, and from which they come back; and says what it is called.
pub(super) async fn declare_delay(
    channel: &Channel,
    queue_type: QueueType,
    names: &Names,
    wait: Duration,
) -> Result<(), TransportError> {
    let mut arguments = passes_on(queue_type, "", names.queue.as_str());
    arguments.insert("x-message-ttl".into(), millis(wait));
    arguments.insert("x-expires".into(), millis(wait + SPARE));
    declare_queue(channel, &delay_queue(names, wait)?, DURABLE_QUEUE, arguments).await
}

pub(super) fn delay_queue(names: &Names, wait: Duration) -> Result<ShortString, TransportError> {
    short("queue", &format!("{}.delay.{}", names.queue, wait.as_millis()))
}

pub(super) async fn declare_queue(
    channel: &Channel,
    name: &ShortString,
    options: QueueDeclareOptions,
    arguments: FieldTable,
) -> Result<(), TransportError> {
    let declared = channel.queue_declare(name.clone(), options, arguments).await;
    declared.map(drop).map_err(|error| not_declared(&format!("queue {name}"), error))
}

pub(super) async fn bind(
    channel: &Channel,
    queue: &ShortString,
    exchange: &ShortString,
    key: ShortString,
) -> Result<(), TransportError> {
    let bound = channel.queue_bind(
        queue.clone(),
        exchange.clone(),
        key.clone(),
        QueueBindOptions::default(),
        FieldTable::default(),
    );
    bound.await.map_err(|error| super::error::failed(format!("binding queue {queue} to {key}"), error))
}

/// The key with which a pattern is asked for.
pub(super) fn key(kind: ExchangeKind, pattern: &TopicPattern) -> Result<ShortString, TransportError> {
    let why = match kind {
        ExchangeKind::Direct if pattern.as_str().contains(['*', '#']) => {
            "a direct exchange has no wildcards: use a topic exchange, or ask for whole topics"
        }
        ExchangeKind::Fanout if pattern.as_str() != "#" => {
            "a fanout exchange gives everything to everybody: use a topic exchange, or ask for `#`"
        }
        _ => return short("pattern", pattern.as_str()),
    };
    Err(TransportError::new(format!("listening to {pattern}"), why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_shorter_than_asked_nor_twice_as_long() {
        for (pause, waits) in
            [(1, 1), (2, 2), (3, 4), (50, 64), (1_000, 1_024), (5_000, 8_192), (u64::MAX, 1 << 31)]
        {
            assert_eq!(wait(Duration::from_millis(pause)), Duration::from_millis(waits), "{pause}");
        }
        assert_eq!(wait(Duration::from_nanos(1)), Duration::from_millis(1));
        assert_eq!(wait(Duration::from_micros(2_001)), Duration::from_millis(4));
    }

    #[test]
    fn a_wildcard_is_for_topic_exchanges() {
        let pattern = |text: &str| -> TopicPattern { text.parse().expect("a pattern") };
        assert!(key(ExchangeKind::Topic, &pattern("a.*.#")).is_ok());
        assert!(key(ExchangeKind::Direct, &pattern("a.b")).is_ok());
        assert!(key(ExchangeKind::Direct, &pattern("a.*")).is_err());
        assert!(key(ExchangeKind::Fanout, &pattern("#")).is_ok());
        assert!(key(ExchangeKind::Fanout, &pattern("a.#")).is_err());
    }
}
