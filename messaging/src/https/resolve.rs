use async_trait::async_trait;
use std::{fmt, io, net::IpAddr};

/// Finds the addresses of a host. What it returns is checked, and then connected to, so that a name cannot mean something else at
/// the second look (DNS rebinding).
#[async_trait]
pub trait Resolve: fmt::Debug + Send + Sync + 'static {
    /// The addresses of `host`, the best first.
    ///
    /// # Errors
    /// When it has none, or those who should know do not answer.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// As the operating system does.
#[derive(Debug)]
pub(crate) struct OfTheSystem;

#[async_trait]
impl Resolve for OfTheSystem {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}
