use super::{Builder, greeting};
use crate::{
    Error,
    broker::{Address, Broker, told_by_signals},
    process::{Process, Server, Signal},
};
use std::{ffi::OsStr, path::PathBuf};

/// A broker of one's own, which is open to whoever comes, keeps its data in a temporary folder, and listens on 127.0.0.1
/// alone.
///
/// Dropping it stops it and removes its data, as does the end of this process, however it ends.
#[derive(Debug)]
pub struct Mosquitto {
    pub(super) server: Server,
    pub(super) port: u16,
    pub(super) program: PathBuf,
    pub(super) config: PathBuf,
}

impl Mosquitto {
    /// One that writes down each change of what it keeps.
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

    /// Ends it as `kill -9` does: nothing is written any more. Returns when it has ended. What it had to keep is there
    /// after [`start`](Self::start), but for what it was told last: it acknowledges that first, and then writes it down,
    /// before it hears anything else.
    ///
    /// # Errors
    /// If it cannot be waited for.
    pub async fn kill(&self) -> Result<(), Error> {
        self.server.end(Signal::Kill).await
    }

    /// Whether it is this one that answers, and not another one that was faster to listen there, which would answer all
    /// the same: this one has said that it listens.
    async fn is_the_one(&self) -> Result<bool, Error> {
        let listens = |log: &str| log.lines().any(|line| line.ends_with(" running"));
        if !self.server.running(|process| Ok(listens(&process.log())))? {
            return Ok(false);
        }
        // Who is not welcome hears that, too.
        greeting::is_welcome(&Address::local(self.port)).await.map(|_| true)
    }
}

told_by_signals!(Mosquitto);

impl Broker for Mosquitto {
    const VARIABLE: &'static str = "FACTUM_MQTT_URL";
    const SCHEME: &'static str = "mqtt";
    const FORM: &'static str = "mqtt://host:port";
    const USUAL_PORT: u16 = 1883;

    fn local(port: u16) -> String {
        format!("mqtt://127.0.0.1:{port}")
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
