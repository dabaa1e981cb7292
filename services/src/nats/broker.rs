use super::{Builder, greeting};
use crate::{
    Error,
    broker::{Address, Broker, Connection, told_by_signals},
    process::{Process, Server, Signal},
};
use std::{ffi::OsStr, path::PathBuf};

/// A server of one's own with `JetStream`, which keeps its data in a temporary folder, and listens on 127.0.0.1 alone.
///
/// Dropping it stops it and removes its data, as does the end of this process, however it ends.
#[derive(Debug)]
pub struct Nats {
    pub(super) server: Server,
    pub(super) port: u16,
    /// What it says that it is called, and no other one.
    pub(super) name: String,
    pub(super) program: PathBuf,
    pub(super) config: PathBuf,
}

impl Nats {
    /// One with the settings that NATS has by itself.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Its address, the same after it was started again.
    #[must_use]
    pub fn url(&self) -> String {
        Self::local(self.port)
    }

    /// Its port, the same after it was started again.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Starts it after it was stopped or killed, on the same port and with the same data, and waits until it can be
    /// connected to. Where it runs, nothing happens.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn start(&self) -> Result<(), Error> {
        let args = [OsStr::new("-c"), self.config.as_os_str()];
        let launch = |folder: &_| Process::start(folder, Signal::Kill, &self.program, args);
        self.server.start(launch, || self.is_the_one()).await
    }

    /// Ends it as `kill -9` does: nothing is written any more. Returns when it has ended.
    ///
    /// # Errors
    /// If it cannot be waited for.
    pub async fn kill(&self) -> Result<(), Error> {
        self.server.end(Signal::Kill).await
    }

    /// Whether it is this one that answers, and not another one that was faster to listen there.
    async fn is_the_one(&self) -> Result<bool, Error> {
        let mut connection = Connection::open("NATS", &Address::local(self.port)).await?;
        let about = greeting::hear(&mut connection).await?;
        Ok(about.contains(&format!("\"server_name\":\"{}\"", self.name)))
    }
}

told_by_signals!(Nats);

impl Broker for Nats {
    const VARIABLE: &'static str = "FACTUM_NATS_URL";
    const SCHEME: &'static str = "nats";
    const FORM: &'static str = "nats://host:port";
    const USUAL_PORT: u16 = 4222;

    fn local(port: u16) -> String {
        format!("nats://127.0.0.1:{port}")
    }

    async fn answers(address: &Address) -> Result<(), Error> {
        greeting::exchange(address).await
    }

    async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    fn url(&self) -> String {
        Self::url(self)
    }
}
