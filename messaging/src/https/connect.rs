use super::{address::is_public, resolve::Resolve, stream::Stream};
use futures_util::future::{BoxFuture, FutureExt as _};
use http::Uri;
use hyper_util::rt::TokioIo;
use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{TlsConnector, rustls::pki_types::ServerName};
use tower_service::Service;

/// How long one address is tried, before the next one is.
const OF_ONE: Duration = Duration::from_secs(5);
/// How long it may take in all. Those who have given up do not wait for it, so it has to end by itself.
const IN_ALL: Duration = Duration::from_secs(30);
/// So many addresses of a host are tried.
const ADDRESSES: usize = 4;

/// Connects to hosts, but not to those that are nobody's business outside: the only way to the network.
#[derive(Clone)]
pub(crate) struct Connector {
    pub(crate) resolve: Arc<dyn Resolve>,
    pub(crate) allows_private: bool,
    /// `None` where nothing is encrypted.
    pub(crate) tls: Option<TlsConnector>,
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Stream>;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<TokioIo<Stream>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let this = self.clone();
        async move {
            let connecting = timeout(IN_ALL, this.connect(&uri)).await;
            connecting.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map(TokioIo::new)
        }
        .boxed()
    }
}

impl Connector {
    async fn connect(&self, uri: &Uri) -> io::Result<Stream> {
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let is_encrypted = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if is_encrypted { 443 } else { 80 });
        let tcp = self.tcp(host, port).await?;
        match &self.tls {
            Some(tls) if is_encrypted => {
                let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
                Ok(Stream::Tls(Box::new(tls.connect(name, tcp).await?)))
            }
            _ if is_encrypted => Err(io::ErrorKind::Unsupported.into()),
            _ => Ok(Stream::Plain(tcp)),
        }
    }

    async fn tcp(&self, host: &str, port: u16) -> io::Result<TcpStream> {
        let mut last = None;
        for address in self.addresses(host).await?.into_iter().take(ADDRESSES) {
            let connecting = timeout(OF_ONE, TcpStream::connect(SocketAddr::new(address, port))).await;
            match connecting.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
                Ok(stream) => {
                    // A request is written as a whole, and waiting for more of it would only delay it.
                    stream.set_nodelay(true)?;
                    return Ok(stream);
                }
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the host has no address")))
    }

    /// The addresses of `host` that may be connected to.
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let mut addresses = match host.parse() {
            Ok(address) => vec![address],
            Err(_) => self.resolve.resolve(host).await?,
        };
        let found = addresses.len();
        if !self.allows_private {
            addresses.retain(|&address| is_public(address));
        }
        match addresses.is_empty() && found > 0 {
            // Which address it was would tell whoever chooses the URL what the inside looks like.
            true => {
                Err(io::Error::new(io::ErrorKind::PermissionDenied, "the host is not on the public internet"))
            }
            false => Ok(addresses),
        }
    }
}
