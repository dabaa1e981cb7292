mod builder;

pub use self::builder::Builder;

use super::{Binaries, address::Address, session::Session};
use crate::{
    Error,
    process::{Process, Server, Signal},
};
use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tokio::task;

/// A cluster of one's own: one server, with its data in a temporary folder. It is as durable as PostgreSQL is, has the
/// superuser `postgres`, who needs no password, and listens on 127.0.0.1 alone.
///
/// Dropping it stops it and removes its data, as does the end of this process, however it ends.
#[derive(Debug)]
pub struct Cluster {
    server: Server,
    port: u16,
    binaries: Binaries,
}

impl Cluster {
    /// One with the settings that PostgreSQL has by itself.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The address of the database with this name; `postgres` is always there.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        self.address().url_of(database)
    }

    /// Its port, the same after it was started again.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The folder with its data.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        Self::data_in(self.server.folder().path())
    }

    /// The folder with the programs of its version.
    #[must_use]
    pub fn bin(&self) -> &Path {
        self.binaries.folder()
    }

    /// Starts it after it was stopped or killed, and waits until it can be connected to. Where it runs, nothing happens.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn start(&self) -> Result<(), Error> {
        let data = self.data_dir();
        let port = self.port.to_string();
        let args = [OsStr::new("-D"), data.as_os_str(), OsStr::new("-p"), OsStr::new(&port)];
        let postgres = self.bin().join("postgres");
        let launch = |folder: &_| Process::start(folder, Signal::Quit, &postgres, args);
        self.server.start(launch, || self.answers()).await
    }

    /// Ends it as `kill -9` does: no checkpoint is written, and nobody is told. Returns when all its processes have
    /// ended, as they do by themselves when the first of them is no more; one that computes ends with its statement.
    /// Whatever was acknowledged is there after [`start`](Self::start).
    ///
    /// # Errors
    /// If it cannot be waited for.
    pub async fn kill9(&self) -> Result<(), Error> {
        self.server.end(Signal::Kill).await
    }

    /// Stops it in good order: connections are ended, a checkpoint is written. Its data stay.
    ///
    /// # Errors
    /// If it cannot be waited for.
    pub async fn stop(&self) -> Result<(), Error> {
        self.server.end(Signal::Int).await
    }

    /// Runs one of the client programs of its version, such as `pg_dump`, and returns what it prints. The program knows
    /// where the server is and who the user is; which database it works on is for `args` to say.
    ///
    /// # Errors
    /// If the program is not installed, or fails.
    pub async fn run<A: AsRef<OsStr>>(
        &self,
        program: &str,
        args: impl IntoIterator<Item = A>,
    ) -> Result<Vec<u8>, Error> {
        let mut command = Command::new(self.bin().join(program));
        command.args(args).stdin(Stdio::null());
        command.env("PGHOST", "127.0.0.1").env("PGPORT", self.port.to_string()).env("PGUSER", "postgres");
        let ended = task::spawn_blocking(move || command.output()).await;
        let output = ended
            .map_err(|e| Error::refused(format!("running {program}"), &e))?
            .map_err(|e| Error::program(program, e.to_string()))?;
        if !output.status.success() {
            return Err(Error::program(program, String::from_utf8_lossy(&output.stderr)));
        }
        Ok(output.stdout)
    }

    pub(crate) fn address(&self) -> Address {
        Address::local(self.port)
    }

    fn data_in(folder: &Path) -> PathBuf {
        folder.join("data")
    }

    /// Whether it is this cluster that answers, and not another one that was faster to listen there.
    async fn answers(&self) -> Result<bool, Error> {
        let session = Session::open(&self.address().url()).await?;
        let folder = session.query_one("SELECT current_setting('data_directory')", &[]).await;
        let folder = folder.map_err(|e| Error::refused("asking for the data directory", &e))?;
        Ok(Path::new(folder.get::<_, &str>(0)) == self.data_dir())
    }
}
