use super::{Server, session::Session};
use crate::Error;
use std::{
    process,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::SystemTime,
};
use tokio::runtime;

/// A fresh database, which is dropped with this value, however many are still connected to it.
///
/// Dropping waits for the server. If that fails, it says so on the standard error; [`close`](Self::close) returns it.
/// PostgreSQL refuses to drop a database with prepared transactions or logical replication slots: these belong on a
/// [`Cluster`](super::Cluster) of one's own.
#[derive(Debug)]
#[must_use = "the database is dropped with this value"]
pub struct Database {
    server: Server,
    name: String,
    url: String,
    closed: bool,
}

impl Database {
    /// Makes one on `server`.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn new(server: &Server) -> Result<Self, Error> {
        let name = unique_name();
        // In template0, unlike in template1, nobody can be connected, which would be an error.
        let create = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
        Session::open(&server.address().url()).await?.run("making a database", &create).await?;
        Ok(Self { server: server.clone(), url: server.url(&name), name, closed: false })
    }

    /// Makes one on the server that is [found](Server::find).
    ///
    /// # Errors
    /// If none is found, or if it refuses.
    pub async fn in_found() -> Result<Self, Error> {
        Self::new(&Server::find().await?).await
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name, which no other database has or has had.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The server that it is on.
    #[must_use]
    pub const fn server(&self) -> &Server {
        &self.server
    }

    /// Drops it, and says how that went.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn close(mut self) -> Result<(), Error> {
        self.closed = true;
        remove(&self.server.address().url(), &self.name).await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.closed {
            return;
        }
        let (url, name) = (self.server.address().url(), self.name.clone());
        // A runtime of its own: the one that this is dropped in cannot be waited for, and may be on its way out.
        let removed = thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build();
            runtime.map_err(Error::file("starting a runtime"))?.block_on(remove(&url, &name))
        });
        match removed.join() {
            Ok(Ok(())) => {}
            Ok(Err(e)) => eprintln!("database {} stays: {e}", self.name),
            Err(_) => eprintln!("database {} stays: dropping it panicked", self.name),
        }
    }
}

async fn remove(url: &str, name: &str) -> Result<(), Error> {
    let remove = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    Session::open(url).await?.run("dropping a database", &remove).await
}

/// Processes of the same id can follow each other, and those of two machines can share a server.
fn unique_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("factum_test_{:x}_{:x}_{count}", process::id(), now.as_nanos())
}
