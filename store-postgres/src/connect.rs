//! Connections, as the URL and the options say.

use crate::tls::{Mode, Stream, Tls};
use factum_core::StoreError;
use std::{future::Future, pin::Pin, time::Duration};
use tokio_postgres::{Client, Config, Connection, Socket};

/// What other processes see of a connection, unless the URL says otherwise.
const APPLICATION: &str = "factum";

/// How to connect.
#[derive(Clone, Debug)]
pub(crate) struct Connector {
    pub(crate) config: Config,
    tls: Tls,
}

/// A connection and what drives it.
pub(crate) type Driven = (Client, Pin<Box<dyn Future<Output = Result<(), tokio_postgres::Error>> + Send>>);

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
    /// parameters at hand takes longer than the statement. A pooler would refuse the connection for it.
    pub(crate) fn plan_once(&mut self) {
        self.set("plan_cache_mode=force_generic_plan");
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
    pub(crate) async fn connect(&self) -> Result<Driven, tokio_postgres::Error> {
        let (client, connection) = self.config.connect(self.tls.clone()).await?;
        Ok((client, Box::pin(connection)))
    }

    /// A connection whose messages the caller reads.
    pub(crate) async fn connect_to_listen(
        &self,
    ) -> Result<(Client, Connection<Socket, Stream>), tokio_postgres::Error> {
        self.config.connect(self.tls.clone()).await
    }

    /// A pool of connections.
    pub(crate) fn pool(&self, size: usize) -> Result<deadpool_postgres::Pool, StoreError> {
        let fast =
            deadpool_postgres::ManagerConfig { recycling_method: deadpool_postgres::RecyclingMethod::Fast };
        let manager = deadpool_postgres::Manager::from_config(self.config.clone(), self.tls.clone(), fast);
        let pool = deadpool_postgres::Pool::builder(manager)
            .max_size(size)
            .runtime(deadpool_postgres::Runtime::Tokio1)
            .build();
        pool.map_err(|e| StoreError::new("making a pool of connections", e))
    }
}
