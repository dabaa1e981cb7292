use super::{AT_ONCE, Place, everything};
use crate::{Failure, figure::rate};
use async_trait::async_trait;
use factum::messaging::{
    Transport,
    cloud_event::Binding,
    rabbitmq::{RabbitMq, RabbitMqConfig},
    transport::Outgoing,
};
use lapin::{
    BasicProperties, Channel, Confirmation, Connection, ConnectionProperties,
    options::{BasicPublishOptions, ConfirmSelectOptions, ExchangeDeleteOptions, QueueDeleteOptions},
    types::{AMQPValue, FieldTable, ShortString},
};
use std::{collections::VecDeque, sync::Arc, time::Instant};

/// Kept on the disk.
const PERSISTENT: u8 = 2;

/// An exchange with a quorum queue that takes everything.
pub(super) struct Exchange {
    name: ShortString,
    transport: Arc<RabbitMq>,
    bare: Channel,
    _connection: Connection,
}

impl Exchange {
    pub(super) async fn make(url: &str, name: String) -> Result<Self, Failure> {
        let transport = RabbitMqConfig::new(url).exchange(&name).connect().await?;
        transport.prepare(everything()?).await?;
        let connection = Connection::connect(url, ConnectionProperties::default()).await?;
        let bare = connection.create_channel().await?;
        bare.confirm_select(ConfirmSelectOptions::default()).await?;
        Ok(Self { name: name.into(), transport: Arc::new(transport), bare, _connection: connection })
    }
}

#[async_trait]
impl Place for Exchange {
    fn transport(&self) -> Arc<dyn Transport> {
        Arc::clone(&self.transport) as _
    }

    async fn publish(&self, messages: &[Outgoing]) -> Result<f64, Failure> {
        let letters: Vec<_> = messages.iter().map(letter).collect();
        let count = letters.len() as u64;
        let from = Instant::now();
        let mut sent = VecDeque::with_capacity(AT_ONCE);
        for (key, properties, body) in letters {
            if sent.len() == AT_ONCE
                && let Some(first) = sent.pop_front()
            {
                confirmed(first).await?;
            }
            let options = BasicPublishOptions::default();
            let publish = self.bare.basic_publish(self.name.clone(), key, options, &body, properties);
            sent.push_back(publish.await?);
        }
        for sent in sent {
            confirmed(sent).await?;
        }
        Ok(rate(count, from))
    }

    async fn remove(&self) -> Result<(), Failure> {
        self.transport.close().await;
        for queue in [format!("{}.bench", self.name), format!("{}.bench.dead", self.name)] {
            self.bare.queue_delete(queue.into(), QueueDeleteOptions::default()).await?;
        }
        for exchange in [self.name.clone(), format!("{}.dead", self.name).into()] {
            self.bare.exchange_delete(exchange, ExchangeDeleteOptions::default()).await?;
        }
        Ok(())
    }
}

async fn confirmed(sent: impl Future<Output = lapin::Result<Confirmation>>) -> Result<(), Failure> {
    match sent.await? {
        Confirmation::Ack(None) => Ok(()),
        other => Err(format!("RabbitMQ did not take a message: {other:?}").into()),
    }
}

/// The same that a relay sends.
fn letter(message: &Outgoing) -> (ShortString, BasicProperties, Vec<u8>) {
    let event = &message.event;
    let (headers, content_type, data) = event.to_binary(Binding::Amqp);
    let mut table = FieldTable::default();
    for (name, value) in headers {
        table.insert(name.into(), AMQPValue::LongString(value.into()));
    }
    let mut properties = BasicProperties::default()
        .with_delivery_mode(PERSISTENT)
        .with_message_id(event.id.as_str().into())
        .with_type(event.event_type.as_str().into())
        .with_headers(table);
    if let Some(seconds) = event.time.and_then(|time| u64::try_from(time.timestamp()).ok()) {
        properties = properties.with_timestamp(seconds);
    }
    if let Some(content_type) = content_type {
        properties = properties.with_content_type(content_type.into());
    }
    (message.topic.as_str().into(), properties, data.to_vec())
}
