//! A process that relays to all brokers, and consumes from them.

use super::{
    CONSUMING,
    brokers::MOSQUITTO_SAVES_EVERY,
    model::{Book, Mqtt, Nats, Out, RabbitMq, Via},
};
use crate::{
    Result,
    args::MessagingNode,
    record::{Said, orders, say},
    writer::{open, wait_out},
};
use factum_core::App;
use factum_messaging::{
    ConsumeExt as _, Transport, TransportError, effectively_once, mqtt, nats, rabbitmq, relay,
};
use factum_projections::AppBuilderExt as _;
use factum_store_postgres::PgConfig;
use std::{
    future::pending,
    marker::PhantomData,
    sync::Arc,
    time::{Duration, Instant},
};

/// Short, so that those that are held up for seconds are deposed.
const LEASE: Duration = Duration::from_secs(2);

/// Runs until its input ends.
pub(crate) async fn run(options: &MessagingNode) -> Result<()> {
    let _orders = orders();
    let store = open(&options.url).await?;
    let config = PgConfig::new(&options.url)?.schema(CONSUMING)?;
    let begun = Instant::now();
    let consuming = loop {
        match config.clone().open().await {
            Ok(store) => break store,
            Err(error) => wait_out(error, begun).await?,
        }
    };
    let rabbitmq = Arc::new(connected(|| rabbitmq::RabbitMq::connect(&options.rabbitmq)).await?);
    let nats = Arc::new(connected(|| nats::Nats::connect(&options.nats)).await?);
    let mqtt = Arc::new(
        connected(|| mqtt::MqttConfig::new(&options.mqtt).saves_every(MOSQUITTO_SAVES_EVERY).connect())
            .await?,
    );
    let relays = App::builder(store)
        .run(relay(out::<RabbitMq>(), Arc::clone(&rabbitmq)).partitions(4).lease(LEASE))
        .run(relay(out::<Nats>(), Arc::clone(&nats)).partitions(4).lease(LEASE))
        .run(relay(out::<Mqtt>(), Arc::clone(&mqtt)).partitions(4).lease(LEASE));
    let consumers = App::builder(consuming)
        .consume(effectively_once(book::<RabbitMq>(), rabbitmq).lease(LEASE))
        .consume(effectively_once(book::<Nats>(), nats).lease(LEASE))
        .consume(effectively_once(book::<Mqtt>(), mqtt).lease(LEASE));
    // Those who consume first, so that their brokers know of them before anything is published.
    let consumers = consumers.build().await?;
    let relays = relays.build().await?;
    say(&Said::Ready);
    pending::<()>().await;
    drop((relays, consumers));
    Ok(())
}

const fn out<V: Via>() -> Out<V> {
    Out(PhantomData)
}

const fn book<V: Via>() -> Book<V> {
    Book(PhantomData)
}

/// A broker may be down when a node starts.
async fn connected<T: Transport, F>(connect: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = std::result::Result<T, TransportError>>,
{
    let begun = Instant::now();
    loop {
        match connect().await {
            Ok(transport) => return Ok(transport),
            Err(error) if error.is_transient() && begun.elapsed() < Duration::from_secs(180) => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}
