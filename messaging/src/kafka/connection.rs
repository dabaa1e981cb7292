use super::{
    client::{Context, Link},
    config::KafkaConfig,
    desk::Desk,
    error::failed,
    publisher::Publisher,
};
use crate::transport::TransportError;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// What is had of a cluster.
pub(super) struct Connection {
    pub(super) config: KafkaConfig,
    pub(super) link: Link,
    pub(super) publisher: Publisher,
    /// Cancelled once the transport is closed.
    pub(super) closing: CancellationToken,
    /// The topics of dead letters that are known to be there.
    pub(super) dead: tokio::sync::Mutex<HashSet<String>>,
    /// Of the feeds, with their groups.
    desks: Mutex<Vec<(String, Weak<Desk>)>>,
}

/// Calls of the client that wait for the broker, of which it has no other way.
pub(super) async fn blocking<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(call).await {
        Ok(answer) => answer,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

impl Connection {
    pub(super) async fn open(config: KafkaConfig) -> Result<Self, TransportError> {
        config.topics.check()?;
        let link = Link::default();
        let publisher = Publisher::new(&config, &link)?;
        let connection = Self {
            config,
            link,
            publisher,
            closing: CancellationToken::new(),
            dead: tokio::sync::Mutex::default(),
            desks: Mutex::default(),
        };
        for topic in connection.config.topics.all() {
            connection.declare(&topic).await?;
        }
        connection.publisher.begin(&connection.config).await?;
        Ok(connection)
    }

    pub(super) fn context(&self) -> Context {
        Context(self.link.clone())
    }

    /// An error of a request; that the user is refused, where nobody else says so.
    pub(super) fn failed(&self, doing: &str, error: rdkafka::error::KafkaError) -> TransportError {
        failed(doing.to_owned(), self.link.refusal().unwrap_or(error))
    }

    /// Remembers a feed until it ends.
    pub(super) fn add(&self, group: &str, desk: &Arc<Desk>) {
        let mut desks = self.desks();
        desks.retain(|(_, desk)| desk.upgrade().is_some_and(|desk| !desk.ended.is_cancelled()));
        desks.push((group.to_owned(), Arc::downgrade(desk)));
        drop(desks);
        if self.closing.is_cancelled() {
            desk.close();
        }
    }

    /// Waits until the feeds of a group that were dropped have said what was settled.
    pub(super) async fn wait_for_ends(&self, group: &str) {
        let of = |(of, desk): &(String, Weak<Desk>)| (of == group).then(|| desk.upgrade()).flatten();
        let ending: Vec<_> =
            self.desks().iter().filter_map(of).filter(|desk| desk.state().is_closing).collect();
        let ended = futures_util::future::join_all(ending.iter().map(|desk| desk.ended.cancelled()));
        if tokio::time::timeout(self.config.confirm_timeout, ended).await.is_err() {
            tracing::warn!(group, "a feed of Kafka takes long to end");
        }
    }

    pub(super) async fn close(&self) {
        self.closing.cancel();
        let desks: Vec<_> = self.desks().iter().filter_map(|(_, desk)| desk.upgrade()).collect();
        desks.iter().for_each(|desk| desk.close());
        let ended = futures_util::future::join_all(desks.iter().map(|desk| desk.ended.cancelled()));
        if tokio::time::timeout(self.config.confirm_timeout, ended).await.is_err() {
            tracing::warn!("Kafka was not told of all that was settled");
        }
        self.publisher.close(Duration::from_secs(1)).await;
    }

    fn desks(&self) -> std::sync::MutexGuard<'_, Vec<(String, Weak<Desk>)>> {
        self.desks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
