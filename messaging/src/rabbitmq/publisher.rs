use super::{
    ContentMode, Unroutable,
    config::RabbitMqConfig,
    connection::Link,
    outlet::{Outlet, Sent},
    topology::{self, short},
    wire::Letter,
};
use crate::transport::{Outgoing, PublishError, TransportError, in_order};
use lapin::{Connection, types::ShortString};
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{sync::Semaphore, time::timeout};

/// How many messages are under way at a time that have to be alone on a channel.
const ALONE: usize = 64;
/// How often a message is sent at once whose channel has ended because of another one.
const TRIES: u32 = 4;

/// Publishes over one channel, many messages at a time, and over as many more as it needs for those that have to be alone on one.
#[derive(Debug)]
pub(super) struct Publisher {
    link: Link,
    config: Arc<RabbitMqConfig>,
    exchange: ShortString,
    shared: tokio::sync::Mutex<Option<Arc<Outlet>>>,
    alone: Mutex<Vec<Outlet>>,
    /// For messages that are alone.
    room: Semaphore,
    /// The largest message that the broker takes, as far as is known from this connection. The next one may be to a broker that takes
    /// larger ones.
    largest: AtomicUsize,
    connection: Mutex<Weak<Connection>>,
}

impl Publisher {
    pub(super) fn new(link: Link, config: Arc<RabbitMqConfig>) -> Result<Self, TransportError> {
        let exchange = short("exchange", &config.exchange)?;
        Ok(Self {
            link,
            config,
            exchange,
            shared: tokio::sync::Mutex::default(),
            alone: Mutex::default(),
            room: Semaphore::new(ALONE),
            largest: AtomicUsize::new(usize::MAX),
            connection: Mutex::default(),
        })
    }

    /// Connects, if it is not connected.
    pub(super) async fn connect(&self) -> Result<(), TransportError> {
        self.outlet().await.map(drop)
    }

    pub(super) async fn close(&self) {
        self.link.close().await;
    }

    pub(super) async fn publish(&self, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>> {
        let (at_once, mode) = (self.config.at_once.get(), self.config.content_mode);
        in_order(messages, at_once, |message| self.send(message, mode)).await
    }

    async fn send(&self, message: Outgoing, mode: ContentMode) -> Result<(), PublishError> {
        let letter = Letter::of(&message, mode).map_err(PublishError::Refused)?;
        match self.config.unroutable {
            Unroutable::Ignore => self.in_time(self.send_among_others(&self.exchange, &letter)).await,
            Unroutable::Refuse => self.in_time(self.send_alone(&self.exchange, &letter)).await,
        }
    }

    /// Puts a message into this queue, if it is there.
    pub(super) async fn put(&self, letter: &Letter) -> Result<(), PublishError> {
        // Of the exchange without a name, every queue is bound to by its own.
        self.in_time(self.send_alone(&ShortString::default(), letter)).await
    }

    /// Puts a message into this queue, or leaves it if it is not there.
    pub(super) async fn drop_in(&self, letter: &Letter) -> Result<(), PublishError> {
        self.in_time(self.send_among_others(&ShortString::default(), letter)).await
    }

    async fn in_time(
        &self,
        sent: impl Future<Output = Result<(), PublishError>>,
    ) -> Result<(), PublishError> {
        match timeout(self.config.confirm_timeout, sent).await {
            Ok(sent) => sent,
            Err(elapsed) => Err(unavailable(elapsed)),
        }
    }

    async fn send_among_others(&self, exchange: &ShortString, letter: &Letter) -> Result<(), PublishError> {
        for _ in 0..TRIES {
            self.fits(letter)?;
            let outlet = self.outlet().await.map_err(PublishError::Unavailable)?;
            if let Some(result) = self.result(outlet.send(exchange, letter, false).await) {
                return result;
            }
        }
        Err(unavailable("its channel has ended again and again"))
    }

    async fn send_alone(&self, exchange: &ShortString, letter: &Letter) -> Result<(), PublishError> {
        let _room = self.room.acquire().await.map_err(unavailable)?;
        for _ in 0..TRIES {
            self.fits(letter)?;
            // One that is not put back, because this was not finished, ends.
            let outlet = match self.take_idle() {
                Some(outlet) => outlet,
                None => self.open().await.map_err(PublishError::Unavailable)?,
            };
            if let Some(result) = self.result(outlet.send(exchange, letter, true).await) {
                if outlet.is_open() {
                    self.idle().push(outlet);
                }
                return result;
            }
        }
        Err(unavailable("its channel has ended again and again"))
    }

    /// The result, unless it is to be sent again over another channel.
    fn result(&self, sent: Sent) -> Option<Result<(), PublishError>> {
        match sent {
            Sent::Confirmed => Some(Ok(())),
            Sent::Returned { why, .. } => {
                Some(Err(PublishError::Refused(TransportError::new("finding a queue for a message", why))))
            }
            Sent::Unfit(error) => Some(Err(PublishError::Refused(error))),
            Sent::Lost(error) => Some(Err(PublishError::Unavailable(error))),
            Sent::NotBegun => None,
            Sent::TooLarge(largest) => {
                self.takes(largest);
                None
            }
        }
    }

    /// A message that was larger than this was not taken.
    pub(super) fn takes(&self, largest: usize) {
        self.largest.store(largest, Relaxed);
    }

    pub(super) fn fits(&self, letter: &Letter) -> Result<(), PublishError> {
        let (size, largest) = (letter.body.len(), self.largest.load(Relaxed));
        if size <= largest {
            return Ok(());
        }
        let why = format!("it has {size} bytes, and RabbitMQ takes {largest} (its `max_message_size`)");
        Err(PublishError::Refused(TransportError::new("publishing a message", why)))
    }

    /// The channel for messages that are not alone.
    async fn outlet(&self) -> Result<Arc<Outlet>, TransportError> {
        let mut shared = self.shared.lock().await;
        if let Some(outlet) = shared.as_ref().filter(|outlet| outlet.is_open()) {
            return Ok(Arc::clone(outlet));
        }
        let outlet = Arc::new(self.open().await?);
        *shared = Some(Arc::clone(&outlet));
        Ok(outlet)
    }

    async fn open(&self) -> Result<Outlet, TransportError> {
        let outlet = self.another().await?;
        let declared = topology::declare_exchange(outlet.channel(), &self.config);
        answered("declaring an exchange", self.config.connect_timeout, declared).await?;
        Ok(outlet)
    }

    /// A new channel over the connection to publish over.
    pub(super) async fn another(&self) -> Result<Outlet, TransportError> {
        let (connection, channel) = self.link.channel().await?;
        self.is_over(&connection);
        let opened = Outlet::open(connection, channel);
        answered("opening a channel to publish over", self.config.connect_timeout, opened).await
    }

    fn is_over(&self, connection: &Arc<Connection>) {
        let mut last = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = Arc::downgrade(connection);
        if !last.ptr_eq(&connection) {
            *last = connection;
            self.largest.store(usize::MAX, Relaxed);
        }
    }

    fn take_idle(&self) -> Option<Outlet> {
        let mut idle = self.idle();
        std::iter::from_fn(|| idle.pop()).find(Outlet::is_open)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Outlet>> {
        self.alone.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits no longer than so long for what the broker answers.
pub(super) async fn answered<T>(
    doing: &'static str,
    within: Duration,
    answer: impl Future<Output = Result<T, TransportError>>,
) -> Result<T, TransportError> {
    match timeout(within, answer).await {
        Ok(answer) => answer,
        Err(elapsed) => Err(TransportError::unavailable(doing, elapsed)),
    }
}

fn unavailable(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> PublishError {
    PublishError::Unavailable(TransportError::unavailable("publishing to RabbitMQ", why))
}
