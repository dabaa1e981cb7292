//! Connections, as the URL and the options say.

use crate::{
    link::Links,
    names::Servers,
    tls::{Mode, Stream, Tls},
};
use deadpool::managed::{Pool, QueueMode};
use factum_core::StoreError;
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};
use tokio_postgres::{Client, Config, Socket};

/// What other processes see of a connection, unless the URL says otherwise.
const APPLICATION: &str = "factum";

/// How to connect.
#[derive(Clone, Debug)]
pub(crate) struct Connector {
    pub(crate) config: Config,
    tls: Tls,
}

/// What has to be polled for the client to get anywhere; done when the connection has ended.
pub(crate) type Connection = Pin<Box<dyn Future<Output = Result<(), tokio_postgres::Error>> + Send>>;

impl Connector {
    pub(crate) fn new(mut config: Config, mode: &Mode) -> Result<Self, StoreError> {
        if config.get_application_name().is_none() {
            config.application_name(APPLICATION);
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(10));
        }
        #[cfg(feature = "tls")]
        let tls = Tls::new(mode)?;
        #[cfg(not(feature = "tls"))]
        let (tls, _) = (Tls, mode);
        Ok(Self { config, tls })
    }

    /// Asks the server for plans that fit all parameters: each statement here has one good plan, and making it again for the
    /// parameters at hand takes longer than the statement. The good plan follows an index; what is made while a table is
    /// empty would read all of it, and be kept when it has grown. A pooler would refuse the connection for it.
    pub(crate) fn plan_once(&mut self) {
        self.set("plan_cache_mode=force_generic_plan");
        self.set("enable_seqscan=off");
        // What is asked for in order comes from an index in order, without being collected and sorted.
        self.set("enable_bitmapscan=off");
        // What has to read a whole table all the same then looks so dear that the server would compile it, each time.
        self.set("jit=off");
        // Whoever waits for the lock of a tag has to see afterwards what was written meanwhile.
        self.set("default_transaction_isolation=read\\ committed");
    }

    /// Has statements give up that wait for a lock for so long, such as `100ms`. A pooler would refuse the connection.
    pub(crate) fn wait_at_most(&mut self, time: &str) {
        self.set(&format!("lock_timeout={time}"));
    }

    fn set(&mut self, setting: &str) {
        let given = self.config.get_options().map(|options| format!("{options} ")).unwrap_or_default();
        self.config.options(format!("{given}-c {setting}"));
    }

    /// A connection of its own.
    pub(crate) async fn connect(&self) -> Result<(Client, Connection), tokio_postgres::Error> {
        let (client, connection) = self.config.connect(self.tls.clone()).await?;
        Ok((client, Box::pin(connection)))
    }

    /// A connection whose messages the caller reads.
    pub(crate) async fn connect_to_listen(
        &self,
    ) -> Result<(Client, tokio_postgres::Connection<Socket, Stream>), tokio_postgres::Error> {
        self.config.connect(self.tls.clone()).await
    }

    /// A pool of connections.
    pub(crate) fn pool(
        &self,
        size: usize,
        prepares: bool,
        servers: Arc<Servers>,
    ) -> Result<Pool<Links>, StoreError> {
        // The one that was used last has its memory in the caches, here and at the server.
        let links = Links { connector: self.clone(), prepares, servers };
        let pool = Pool::builder(links).max_size(size).queue_mode(QueueMode::Lifo).build();
        pool.map_err(|e| StoreError::new("making a pool of connections", e))
    }
}
