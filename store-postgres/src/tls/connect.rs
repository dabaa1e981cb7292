use super::mode::Mode;
use factum_core::StoreError;
use std::{
    error::Error as StdError,
    fmt,
    future::Future,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::{
    Socket,
    tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream},
};
use tokio_rustls::{
    TlsConnector, client,
    rustls::{ClientConfig, pki_types::ServerName},
};

/// Encrypts connections. One for all connections of a store.
#[derive(Clone)]
pub(crate) struct Tls {
    config: Arc<ClientConfig>,
}

/// To the server with this name.
pub(crate) struct Handshake {
    config: Arc<ClientConfig>,
    name: String,
}

/// An encrypted connection.
pub(crate) struct Stream(Box<client::TlsStream<Socket>>);

type Error = Box<dyn StdError + Send + Sync>;

impl Tls {
    pub(crate) fn new(mode: &Mode) -> Result<Self, StoreError> {
        Ok(Self { config: Arc::new(mode.client_config()?) })
    }
}

impl MakeTlsConnect<Socket> for Tls {
    type Stream = Stream;
    type TlsConnect = Handshake;
    type Error = Error;

    /// Called for every connection, also where it will not be encrypted; so the name is not looked at here.
    fn make_tls_connect(&mut self, name: &str) -> Result<Handshake, Error> {
        Ok(Handshake { config: Arc::clone(&self.config), name: name.to_owned() })
    }
}

impl TlsConnect<Socket> for Handshake {
    type Stream = Stream;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, Error>> + Send>>;

    fn connect(self, socket: Socket) -> Self::Future {
        Box::pin(async move {
            let name = ServerName::try_from(self.name)?;
            let stream = TlsConnector::from(self.config).connect(name, socket).await.map_err(cause)?;
            Ok(Stream(Box::new(stream)))
        })
    }
}

/// A certificate that is refused is no failure of the network, which might pass.
fn cause(error: io::Error) -> Error {
    match error.get_ref() {
        Some(_) => error.into_inner().unwrap_or_else(|| "the handshake failed".into()),
        None => error.into(),
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_shutdown(cx)
    }
}

impl TlsStream for Stream {
    /// None: a password is then proven without naming the connection, as by clients without this.
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}
