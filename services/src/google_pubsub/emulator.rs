use super::installed;
use crate::{
    Error,
    broker::{Address, Broker, Connection},
    folder::Folder,
    port,
    process::{Process, Server, Signal},
};
use std::path::PathBuf;

/// An emulator of one's own, which listens on 127.0.0.1 alone. It keeps everything in memory, so that nothing is left of it when it
/// is started again.
///
/// Dropping it stops it, as does the end of this process, however it ends.
#[derive(Debug)]
pub struct Emulator {
    server: Server,
    port: u16,
    program: PathBuf,
    /// How Java is to run it.
    options: String,
}

/// Of each request it would log two lines, which takes as long as the request.
const LOGGING: &str = ".level=WARNING\n";
/// It is used for a short time only, in which compiling it well does not pay.
const OPTIONS: &str = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

impl Emulator {
    /// Starts one; it can be asked when this returns.
    ///
    /// # Errors
    /// If the emulator is not [installed], or does not start.
    pub async fn start() -> Result<Self, Error> {
        let program = installed()?;
        let mut taken = port::none();
        for port in port::free() {
            let port = port?;
            let folder = Folder::new("factum-google-pubsub-")?;
            let logging = folder.write("logging.properties", LOGGING)?;
            let options = format!("{OPTIONS} -Djava.util.logging.config.file={}", logging.display());
            let emulator = Self { server: Server::new(folder), port, program: program.clone(), options };
            match emulator.start_again().await {
                // Why it has ended is at the beginning of a long trace; most likely somebody was faster.
                Err(e @ Error::Program { .. }) => taken = e,
                started => return started.map(|()| emulator),
            }
        }
        Err(taken)
    }

    /// Its address, the same after it was started again.
    #[must_use]
    pub fn url(&self) -> String {
        Self::local(self.port)
    }

    /// Starts it after it was killed, on the same port and with nothing of what it had, and waits until it can be asked. Where it
    /// runs, nothing happens.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn start_again(&self) -> Result<(), Error> {
        let args = ["--host=127.0.0.1".to_owned(), format!("--port={}", self.port)];
        let options = [("JAVA_OPTS", &self.options)];
        let launch = |folder: &_| Process::start_with(folder, Signal::Kill, &self.program, args, options);
        let answers = || async { Self::answers(&Address::local(self.port)).await.map(|()| true) };
        self.server.start(launch, answers).await
    }

    /// Ends it as `kill -9` does. Returns when it has ended.
    ///
    /// # Errors
    /// If it cannot be waited for.
    pub async fn kill(&self) -> Result<(), Error> {
        self.server.end(Signal::Kill).await
    }
}

impl Broker for Emulator {
    const VARIABLE: &'static str = "FACTUM_GOOGLE_PUBSUB_URL";
    const SCHEME: &'static str = "http";
    const FORM: &'static str = "http://host:port";
    const USUAL_PORT: u16 = 8085;

    fn local(port: u16) -> String {
        format!("http://127.0.0.1:{port}")
    }

    async fn answers(address: &Address) -> Result<(), Error> {
        let mut connection = Connection::open("an emulator of Pub/Sub", address).await?;
        let asked = "GET /v1/projects/factum/topics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        connection.send(asked.as_bytes()).await?;
        match &*connection.receive_line().await? {
            answer if answer.starts_with("HTTP/1.1 200") => Ok(()),
            answer => Err(connection.refused(answer)),
        }
    }

    async fn start() -> Result<Self, Error> {
        Self::start().await
    }

    fn url(&self) -> String {
        Self::url(self)
    }
}
