use super::{config::RabbitMqConfig, error::failed};
use crate::transport::TransportError;
use factum_core::bus::Backoff;
use lapin::{Channel, Connection, ConnectionProperties, uri::AMQPUri};
use std::{
    fmt,
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::Mutex, time::timeout};
use tokio_util::sync::CancellationToken;

/// How long nobody tries to connect after attempts that have failed.
const PAUSES: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));

/// A connection that is made when it is asked for, and again when it was lost. Whoever has a channel asks for another once that one
/// has ended, and declares over it what it needs.
///
/// The client could restore connections by itself. It would send again what had not been confirmed, when its sender has long been told
/// otherwise, and give up after some attempts.
pub(super) struct Link {
    uri: AMQPUri,
    properties: ConnectionProperties,
    connect_timeout: Duration,
    closed: CancellationToken,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    connection: Option<Arc<Connection>>,
    /// Attempts since there was one.
    failed: u32,
    /// Before then, whoever asks is told why the last attempt has failed, so that a broker that does not answer makes nobody wait
    /// behind others.
    away: Option<(Instant, String)>,
}

impl Link {
    /// One that is not connected yet, called by what it is for.
    pub(super) fn new(
        config: &RabbitMqConfig,
        uri: AMQPUri,
        purpose: &str,
        closed: CancellationToken,
    ) -> Self {
        let name = config.connection_name.as_ref().unwrap_or(&config.exchange);
        let properties =
            ConnectionProperties::default().with_connection_name(format!("{name} {purpose}").into());
        let connect_timeout = config.connect_timeout;
        Self { uri, properties, connect_timeout, closed, state: Mutex::default() }
    }

    /// A new channel, over a new connection if there is none.
    pub(super) async fn channel(&self) -> Result<(Arc<Connection>, Channel), TransportError> {
        let doing = "opening a channel to RabbitMQ";
        let connection = self.connection().await?;
        let channel = self.in_time(doing, connection.create_channel()).await?;
        Ok((connection, channel))
    }

    /// Waits for an answer no longer than for a connection.
    pub(super) async fn in_time<T>(
        &self,
        doing: &'static str,
        answer: impl Future<Output = lapin::Result<T>>,
    ) -> Result<T, TransportError> {
        match timeout(self.connect_timeout, answer).await {
            Ok(answer) => answer.map_err(|error| failed(doing, error)),
            Err(elapsed) => Err(TransportError::unavailable(doing, elapsed)),
        }
    }

    async fn connection(&self) -> Result<Arc<Connection>, TransportError> {
        let doing = "connecting to RabbitMQ";
        let mut state = self.state.lock().await;
        if self.closed.is_cancelled() {
            return Err(TransportError::closed(doing));
        }
        if let Some(connection) =
            state.connection.as_ref().filter(|connection| connection.status().connected())
        {
            return Ok(Arc::clone(connection));
        }
        if let Some((_, why)) = state.away.as_ref().filter(|(until, _)| Instant::now() < *until) {
            return Err(TransportError::unavailable(doing, why.clone()));
        }
        let connecting = Connection::connect_uri(self.uri.clone(), self.properties.clone());
        match self.in_time(doing, connecting).await {
            Ok(connection) => {
                let connection = Arc::new(connection);
                *state = State { connection: Some(Arc::clone(&connection)), ..State::default() };
                Ok(connection)
            }
            Err(error) => {
                state.connection = None;
                state.failed = state.failed.saturating_add(1);
                let pause = PAUSES.before(state.failed);
                state.away = Some((Instant::now() + pause, factum_core::Causes(&error).to_string()));
                Err(error)
            }
        }
    }

    /// Ends the connection; what waits on it is told so.
    pub(super) async fn close(&self) {
        let connection = self.state.lock().await.connection.take();
        if let Some(connection) = connection {
            // One that is lost cannot be closed, and is gone as well.
            let _ = timeout(self.connect_timeout, connection.close(200, "OK".into())).await;
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("host", &self.uri.authority.host).finish_non_exhaustive()
    }
}
