use super::{broker::Shared, config::RabbitMqConfig, error::failed, publisher::answered};
use crate::transport::TransportError;
use async_trait::async_trait;
use factum_core::{Causes, bus::Backoff};
use futures_util::{FutureExt as _, StreamExt as _, future::BoxFuture};
use lapin::{
    Channel, Consumer,
    message::Delivery,
    options::{BasicCancelOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions},
    types::{FieldTable, ShortString},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

/// How long to wait before it is tried again to listen.
const PAUSES: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));

/// A queue, and what has to be there for it.
#[async_trait]
pub(super) trait Source: Send + Sync + 'static {
    /// Who listens, for logs.
    fn name(&self) -> &str;

    fn queue(&self) -> ShortString;

    /// How many messages may be under way at a time.
    fn prefetch(&self) -> u16;

    fn leaving(&self) -> Leaving;

    async fn declare(&self, channel: &Channel, config: &RabbitMqConfig) -> Result<(), TransportError>;
}

/// What becomes of the messages of one who leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaving {
    /// All that are not settled are there for others at once, in their old order.
    GivesAllBack,
    /// The same, in one step: nobody gets what is newer before.
    GivesAllBackAtOnce,
    /// Those that were handed out are still settled, and the others are given back.
    KeepsWhatIsInHand,
}

/// What comes in over a channel of its own, and over the next one when that has ended.
pub(super) struct Inlet<S> {
    shared: Arc<Shared>,
    source: Arc<S>,
    open: Option<Open>,
    /// Kept between calls, each of which may be given up before it is done.
    opening: Option<BoxFuture<'static, Result<Open, TransportError>>>,
}

/// A channel over which messages come.
pub(super) struct Open {
    /// Whether whoever listened has gone, with which everything that it had in hand is given back at once and in its order.
    has_left: Arc<AtomicBool>,
    leaving: Leaving,
    channel: Channel,
    consumer: Consumer,
}

/// A message, and over what it came.
pub(super) struct Came {
    pub(super) delivery: Delivery,
    pub(super) has_left: Arc<AtomicBool>,
    /// Ends when the last of its kind is gone.
    pub(super) channel: Channel,
}

impl<S: Source> Inlet<S> {
    pub(super) async fn open(shared: Arc<Shared>, source: Arc<S>) -> Result<Self, TransportError> {
        // What the last one of this process had in hand is given back first.
        shared.leaving.wait().await;
        let (_connection, channel) = shared.listening.channel().await?;
        let open = Open::over(channel, &shared, &*source).await?;
        Ok(Self { shared, source, open: Some(open), opening: None })
    }

    pub(super) const fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// The next message; `None` once the transport was closed. Safe to cancel.
    pub(super) async fn next(&mut self) -> Option<Result<Came, TransportError>> {
        let closed = self.shared.closed.clone();
        tokio::select! {
            biased;
            () = closed.cancelled() => None,
            came = self.come() => came,
        }
    }

    async fn come(&mut self) -> Option<Result<Came, TransportError>> {
        loop {
            let Some(open) = &mut self.open else {
                let opening = self
                    .opening
                    .get_or_insert_with(|| again(Arc::clone(&self.shared), Arc::clone(&self.source)).boxed());
                let opened = opening.await;
                self.opening = None;
                match opened {
                    Ok(open) => self.open = Some(open),
                    Err(error) if error.is_closed() => return None,
                    Err(error) => return Some(Err(error)),
                }
                continue;
            };
            let why = match open.consumer.next().await {
                // It comes again over the next channel, in its place, and so do those before it.
                Some(Ok(delivery)) if delivery.acker.poisoned() => continue,
                Some(Ok(delivery)) => {
                    let (has_left, channel) = (Arc::clone(&open.has_left), open.channel.clone());
                    return Some(Ok(Came { delivery, has_left, channel }));
                }
                Some(Err(error)) => Causes(&error).to_string(),
                None => "the broker has ended it".to_owned(),
            };
            tracing::warn!(who = self.source.name(), error = why, "listening is begun again");
            self.shared.leave(self.open.take());
        }
    }
}

impl<S> Drop for Inlet<S> {
    fn drop(&mut self) {
        self.shared.leave(self.open.take());
    }
}

/// Listens as soon as there is a broker. What the broker refuses to declare ends it; that it refuses a connection may be only for as
/// long as it starts.
async fn again<S: Source>(shared: Arc<Shared>, source: Arc<S>) -> Result<Open, TransportError> {
    let mut failed = 0_u32;
    loop {
        let error = match shared.listening.channel().await {
            Ok((_connection, channel)) => match Open::over(channel, &shared, &*source).await {
                Ok(open) => {
                    tracing::info!(who = source.name(), "listens again");
                    return Ok(open);
                }
                Err(error) if !error.is_transient() => return Err(error),
                Err(error) => error,
            },
            Err(error) if error.is_closed() => return Err(error),
            Err(error) => error,
        };
        failed = failed.saturating_add(1);
        tracing::warn!(who = source.name(), error = %Causes(&error), "listening is tried again");
        tokio::time::sleep(PAUSES.before(failed.saturating_add(1))).await;
    }
}

impl Open {
    async fn over(channel: Channel, shared: &Shared, source: &impl Source) -> Result<Self, TransportError> {
        let doing = "listening to RabbitMQ";
        let opened = async {
            source.declare(&channel, &shared.config).await?;
            let limited = channel.basic_qos(source.prefetch(), BasicQosOptions::default()).await;
            limited.map_err(|error| failed(doing, error))?;
            let tag = ShortString::default();
            let (options, arguments) = (BasicConsumeOptions::default(), FieldTable::default());
            let consumer = channel.basic_consume(source.queue(), tag, options, arguments).await;
            consumer.map_err(|error| failed(doing, error))
        };
        let consumer = answered(doing, shared.config.connect_timeout, opened).await?;
        Ok(Self { has_left: Arc::default(), leaving: source.leaving(), channel, consumer })
    }

    /// Messages that are dropped from now on are not given back one by one.
    pub(super) fn has_left(&self) {
        self.has_left.store(true, SeqCst);
    }

    /// Gives back what is in hand, in its old order; or what is not.
    pub(super) async fn leave(self) -> lapin::Result<()> {
        let Self { channel, mut consumer, leaving, .. } = self;
        match leaving {
            Leaving::GivesAllBack => {
                // For others, what was in hand is there when this returns.
                channel.basic_cancel(consumer.tag(), BasicCancelOptions::default()).await?;
                let all = BasicNackOptions { multiple: true, requeue: true };
                channel.basic_nack(0, all).await?;
                channel.close(200, "OK".into()).await
            }
            // Whoever waits to listen alone would begin as soon as this one is cancelled, with what is newer. The end of a channel is
            // one step, which the broker takes when it likes.
            Leaving::GivesAllBackAtOnce => channel.close(200, "OK".into()).await,
            Leaving::KeepsWhatIsInHand => {
                channel.basic_cancel(consumer.tag(), BasicCancelOptions::default()).await?;
                while let Some(Ok(delivery)) = consumer.next().await {
                    delivery.acker.nack(BasicNackOptions { multiple: false, requeue: true }).await?;
                }
                Ok(())
            }
        }
    }
}
