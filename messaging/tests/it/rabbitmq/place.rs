//! A part of a broker that nobody else uses, deleted afterwards; and a plain client, to see what is there.

use factum::{ConsumerName, Topic};
use factum_messaging::{
    CloudEvent,
    rabbitmq::{RabbitMq, RabbitMqConfig},
    transport::{Feed, Incoming, Listen, Outgoing, Transport},
};
use factum_testkit::conformance::Fixture;
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    options::{BasicGetOptions, BasicPublishOptions, ExchangeDeleteOptions, QueueDeleteOptions},
    types::ShortString,
};
use std::{
    collections::BTreeSet,
    fmt::Display,
    sync::{Arc, Mutex},
    time::Duration,
};
use uuid::Uuid;

const CONSUMERS: [&str; 4] = ["reader", "one", "other", "everything"];

pub(crate) fn url() -> String {
    crate::servers::of_rabbitmq()
}

/// An exchange, and what hangs on it.
pub(crate) struct Place {
    pub(crate) exchange: String,
    queues: Arc<Mutex<BTreeSet<String>>>,
}

impl Place {
    pub(crate) fn new() -> Self {
        let exchange = format!("test-{}", Uuid::now_v7().simple());
        let queues = CONSUMERS.map(|name| format!("{exchange}.{name}"));
        Self { exchange, queues: Arc::new(Mutex::new(queues.into())) }
    }

    pub(crate) fn config(&self) -> RabbitMqConfig {
        RabbitMqConfig::new(url()).exchange(&self.exchange).connection_name(&self.exchange)
    }

    pub(crate) async fn open(&self) -> RabbitMq {
        self.config().connect().await.expect("a broker")
    }

    pub(crate) fn queue(&self, consumer: &str) -> String {
        format!("{}.{consumer}", self.exchange)
    }

    /// A channel of a client that knows nothing of Factum.
    pub(crate) async fn plain(&self) -> Plain {
        let connection = Connection::connect(&url(), ConnectionProperties::default()).await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        Plain { _connection: connection, channel, exchange: self.exchange.clone() }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let (exchange, queues) = (self.exchange.clone(), std::mem::take(&mut *self.queues.lock().unwrap()));
        let clean = async move {
            let connection = Connection::connect(&url(), ConnectionProperties::default()).await?;
            let channel = connection.create_channel().await?;
            for queue in queues {
                let delays = (0..32).map(|power| format!("{queue}.delay.{}", 1_u64 << power));
                let all = [queue.clone(), format!("{queue}.dead")].into_iter().chain(delays);
                for name in all {
                    channel.queue_delete(name.into(), QueueDeleteOptions::default()).await?;
                }
            }
            for name in [exchange.clone(), format!("{exchange}.dead"), format!("{exchange}.requests")] {
                channel.exchange_delete(name.into(), ExchangeDeleteOptions::default()).await?;
            }
            connection.close(200, "OK".into()).await
        };
        let cleaned = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let clean = async { tokio::time::timeout(Duration::from_secs(10), clean).await };
            runtime.block_on(clean).expect("the broker answers").expect("the broker cleans up");
        });
        assert!(cleaned.join().is_ok() || std::thread::panicking(), "it is cleaned up");
    }
}

impl Fixture for Place {
    type Store = Noting;

    async fn make() -> Self {
        Self::new()
    }

    async fn open(&self) -> Noting {
        Noting {
            transport: Place::open(self).await,
            queues: Arc::clone(&self.queues),
            prefix: self.exchange.clone(),
        }
    }
}

/// Notes of which consumers the queues are to be deleted, since the broker cannot be asked.
#[derive(Debug)]
pub(crate) struct Noting {
    transport: RabbitMq,
    queues: Arc<Mutex<BTreeSet<String>>>,
    prefix: String,
}

impl Noting {
    fn note(&self, listen: &Listen) {
        self.queues.lock().unwrap().insert(format!("{}.{}", self.prefix, listen.consumer));
    }
}

#[async_trait::async_trait]
impl Transport for Noting {
    fn name(&self) -> &'static str {
        self.transport.name()
    }

    fn capabilities(&self) -> factum_messaging::transport::Capabilities {
        self.transport.capabilities()
    }

    async fn publish(
        &self,
        messages: Vec<Outgoing>,
    ) -> Vec<Result<(), factum_messaging::transport::PublishError>> {
        self.transport.publish(messages).await
    }

    async fn prepare(&self, listen: Listen) -> Result<(), factum_messaging::TransportError> {
        self.note(&listen);
        self.transport.prepare(listen).await
    }

    async fn listen(&self, listen: Listen) -> Result<Box<dyn Feed>, factum_messaging::TransportError> {
        self.note(&listen);
        self.transport.listen(listen).await
    }

    async fn close(&self) {
        self.transport.close().await;
    }
}

pub(crate) struct Plain {
    _connection: Connection,
    pub(crate) channel: Channel,
    exchange: String,
}

impl Plain {
    /// What waits first in this queue, taken away.
    pub(crate) async fn take(&self, queue: &str) -> Option<(Vec<u8>, BasicProperties)> {
        let got = self.channel.basic_get(queue.into(), BasicGetOptions { no_ack: true }).await.unwrap()?;
        Some((got.delivery.data, got.delivery.properties))
    }

    /// The same, once there is something.
    pub(crate) async fn wait_for(&self, queue: &str) -> (Vec<u8>, BasicProperties) {
        let there = async {
            loop {
                if let Some(message) = self.take(queue).await {
                    return message;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        soon(there).await
    }

    pub(crate) async fn publish(
        &self,
        exchange: Option<&str>,
        key: &str,
        body: &[u8],
        properties: BasicProperties,
    ) {
        let exchange: ShortString = exchange.unwrap_or(&self.exchange).into();
        let options = BasicPublishOptions::default();
        self.channel.basic_publish(exchange, key.into(), options, body, properties).await.unwrap();
    }
}

/// Bounds how long a test that has failed hangs.
pub(crate) async fn soon<F: Future>(answer: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(20), answer).await.expect("an answer in 20 seconds")
}

pub(crate) fn consumer(name: &str) -> ConsumerName {
    name.parse().unwrap()
}

pub(crate) fn reader() -> Listen {
    Listen::new(consumer("reader"), ["#".parse().unwrap()])
}

pub(crate) fn event(id: impl Display + Copy) -> CloudEvent {
    CloudEvent::new(id.to_string(), "/test", "Tested").unwrap()
}

pub(crate) fn outgoing(topic: &str, key: impl Display + Copy, event: CloudEvent) -> Outgoing {
    Outgoing::new(topic.parse::<Topic>().unwrap(), key.to_string(), event)
}

/// Publishes one message, which is to be taken.
pub(crate) async fn publish(transport: &RabbitMq, message: Outgoing) {
    let mut results = soon(transport.publish(vec![message])).await;
    results.pop().unwrap().unwrap();
}

pub(crate) async fn next(feed: &mut Box<dyn Feed>) -> Incoming {
    soon(feed.next()).await.expect("not the end").unwrap()
}

/// The id of the next message, acknowledged.
pub(crate) async fn next_id(feed: &mut Box<dyn Feed>) -> String {
    let message = next(feed).await;
    let id = message.event.id.clone();
    soon(message.ack()).await.unwrap();
    id
}
