//! A way to the broker that can be cut.

use std::sync::{Arc, Mutex};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

/// Listens on a port of its own, and passes on what comes.
pub(crate) struct Proxy {
    url: String,
    is_open: watch::Sender<bool>,
    ways: Arc<Mutex<JoinSet<()>>>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Proxy {
    /// To the broker at `url`.
    pub(crate) async fn to(url: &str) -> Self {
        let (before, address) = url.rsplit_once('@').expect("a user in the URL");
        let (address, vhost) =
            address.split_once('/').map_or((address, ""), |(address, vhost)| (address, vhost));
        let address = address.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut own = format!("{before}@127.0.0.1:{}", listener.local_addr().unwrap().port());
        if !vhost.is_empty() {
            own = format!("{own}/{vhost}");
        }
        let (is_open, opened) = watch::channel(true);
        let ways = Arc::new(Mutex::new(JoinSet::new()));
        let passing = Arc::clone(&ways);
        let accepting = tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                if *opened.borrow() {
                    let address = address.clone();
                    passing.lock().unwrap().spawn(async move {
                        let mut broker = TcpStream::connect(address).await.unwrap();
                        let _ = copy_bidirectional(&mut client, &mut broker).await;
                    });
                }
            }
        });
        Self { url: own, is_open, ways, accepting }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Ends all connections.
    pub(crate) async fn cut(&self) {
        let mut ways = std::mem::take(&mut *self.ways.lock().unwrap());
        ways.shutdown().await;
    }

    /// Ends all connections, and those that are made from now on.
    pub(crate) async fn close(&self) {
        self.is_open.send_replace(false);
        self.cut().await;
    }

    pub(crate) fn open(&self) {
        self.is_open.send_replace(true);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
