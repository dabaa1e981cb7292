use super::{Builder, builder::check_mapper, greeting, ports::Ports};
use crate::{
    Error,
    broker::{Address, Broker, Connection, told_by_signals},
    folder::Folder,
    process::{Process, Server, Signal, wait_until_ready},
};
use std::{
    ffi::OsString,
    fs,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

/// A server of one's own, which keeps its data in a temporary folder, and listens on 127.0.0.1 alone. Its user is
/// `guest`, whose password is `guest`. It has the plugin `rabbitmq_management`.
///
/// Dropping it stops it and removes its data, as does the end of this process, however it ends.
#[derive(Debug)]
pub struct RabbitMq {
    /// Where the node writes down its port, as it must. Before the server, whose folder waits for it.
    pub(super) mapper: Mutex<Process>,
    pub(super) server: Server,
    pub(super) ports: Ports,
    /// Of its node, and of no other one: where its data lie depends on it.
    pub(super) name: String,
    pub(super) program: PathBuf,
}

impl RabbitMq {
    /// One with the settings that RabbitMQ has by itself.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Its address, the same after it was started again.
    #[must_use]
    pub fn url(&self) -> String {
        Self::local(self.ports.amqp)
    }

    /// Its port, the same after it was started again.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.ports.amqp
    }

    /// Where its management listens, the same after it was started again: what comes before `/api`. The user is that of
    /// [`url`](Self::url).
    #[must_use]
    pub fn management_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.management)
    }

    /// Starts it after it was stopped or killed, on the same ports and with the same data, and waits until it can be
    /// connected to. Where it runs, nothing happens.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn start(&self) -> Result<(), Error> {
        let launch = |folder: &Folder| {
            let variables = self.variables(folder);
            Process::start_with(folder, Signal::Kill, &self.program, [""; 0], variables)
        };
        self.server.start(launch, || self.is_the_one()).await?;
        // Where another one has its port, it is that other one that answers instead.
        check_mapper(&mut self.mapper.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Ends it as `kill -9` does, the virtual machine of Erlang with all its children: nothing is written any more.
    /// Returns when they have ended. Whatever was acknowledged by a durable quorum queue is there after
    /// [`start`](Self::start), if the queue was [kept](Self::wait_until_kept).
    ///
    /// # Errors
    /// If it cannot be waited for.
    pub async fn kill(&self) -> Result<(), Error> {
        self.server.end(Signal::Kill).await
    }

    /// Waits until a durable quorum queue of the host `/` is one that survives a [`kill`](Self::kill): RabbitMQ says
    /// that it has made one up to a second before it writes down its name. Where that name is lost, so are the messages,
    /// and the queue never answers again.
    ///
    /// # Errors
    /// If there is no such queue, or the server does not run.
    pub async fn wait_until_kept(&self, queue: &str) -> Result<(), Error> {
        let node = self.node();
        let names = self.server.folder().path().join("data").join(&node).join("quorum").join(node);
        let names = names.join("names.dets");
        let name = format!("%2F_{queue}");
        let is_kept = async || {
            let written = fs::read(&names).map_err(Error::file("reading the names of quorum queues"))?;
            Ok(written.windows(name.len()).any(|word| word == name.as_bytes()))
        };
        wait_until_ready(is_kept, || self.server.running(Process::check)).await
    }

    fn node(&self) -> String {
        format!("{}@localhost", self.name)
    }

    fn variables(&self, folder: &Folder) -> Vec<(&'static str, OsString)> {
        let file = |name: &str| folder.path().join(name).into_os_string();
        vec![
            // Where Erlang keeps the secret of a cluster.
            ("HOME", folder.path().into()),
            ("ERL_EPMD_ADDRESS", "127.0.0.1".into()),
            ("ERL_EPMD_PORT", self.ports.mapper.to_string().into()),
            ("ERL_AFLAGS", "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}".into()),
            // It would take its time, and nobody would read it.
            ("ERL_CRASH_DUMP_SECONDS", "0".into()),
            // Lets the program become the virtual machine, which then gets the signals.
            ("RUNNING_UNDER_SYSTEMD", "true".into()),
            ("RABBITMQ_NODENAME", self.node().into()),
            ("RABBITMQ_DIST_PORT", self.ports.distribution.to_string().into()),
            ("RABBITMQ_CONF_ENV_FILE", file("rabbitmq-env.conf")),
            ("RABBITMQ_CONFIG_FILE", file("rabbitmq.conf")),
            ("RABBITMQ_CONFIG_FILES", file("conf.d")),
            ("RABBITMQ_ADVANCED_CONFIG_FILE", file("advanced.config")),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", file("enabled_plugins")),
            ("RABBITMQ_MNESIA_BASE", file("data")),
            ("RABBITMQ_LOG_BASE", file("logs")),
            ("RABBITMQ_LOGS", "-".into()),
        ]
    }

    /// Whether it is this one that answers, and not another one that was faster to listen there.
    async fn is_the_one(&self) -> Result<bool, Error> {
        let mut management = Connection::open("RabbitMQ", &Address::local(self.ports.management)).await?;
        management.send(b"GET / HTTP/1.0\r\n\r\n").await?;
        management.receive_line().await?;
        let mut connection = Connection::open("RabbitMQ", &Address::local(self.ports.amqp)).await?;
        let about = greeting::hear(&mut connection).await?;
        Ok(about.windows(self.name.len()).any(|word| word == self.name.as_bytes()))
    }
}

told_by_signals!(RabbitMq);

impl Broker for RabbitMq {
    const VARIABLE: &'static str = "FACTUM_RABBITMQ_URL";
    const SCHEME: &'static str = "amqp";
    const FORM: &'static str = "amqp://user:password@host:port/host";
    const USUAL_PORT: u16 = 5672;

    fn local(port: u16) -> String {
        format!("amqp://guest:guest@127.0.0.1:{port}/%2f")
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
