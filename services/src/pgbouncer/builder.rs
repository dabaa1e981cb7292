use super::{PgBouncer, installed};
use crate::{
    Error,
    folder::Folder,
    port,
    postgres::{address::Address, session::Session},
    process::{Process, Signal, wait_until_ready},
};
use std::{fmt, path::Path};
use tokio_postgres::{Config, config::Host};

/// How a [`PgBouncer`] is to be.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is started before `start`"]
pub struct Builder {
    settings: Vec<(String, String)>,
}

impl Builder {
    /// Changes a setting of `pgbouncer.ini`, such as `default_pool_size`.
    pub fn set(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.settings.push((name.into(), value.to_string()));
        self
    }

    /// Starts it in front of the server of `server_url`, for all databases of that server; it can be connected to when
    /// this returns. Everybody who connects is the user of that address.
    ///
    /// # Errors
    /// If PgBouncer is not [installed], or does not start.
    pub async fn start(self, server_url: &str) -> Result<PgBouncer, Error> {
        let program = installed()?;
        let server = server(server_url)?;
        let mut taken = port::none();
        for port in port::free() {
            match self.start_on(port?, &program, &server).await {
                Err(e) if port::was_taken(&e) => taken = e,
                started => return started,
            }
        }
        Err(taken)
    }

    async fn start_on(&self, port: u16, program: &Path, server: &str) -> Result<PgBouncer, Error> {
        let folder = Folder::new("factum-pgbouncer-")?;
        let file = folder.write("pgbouncer.ini", &self.ini(port, server))?;
        let mut process = Process::start(&folder, Signal::Term, program, [file])?;
        let console = Address::local(port).url_of("pgbouncer");
        let answers = || async { Session::open(&console).await.map(|_| true) };
        wait_until_ready(answers, || process.check()).await?;
        Ok(PgBouncer { _process: process, port, _folder: folder })
    }

    fn ini(&self, port: u16, server: &str) -> String {
        let port = port.to_string();
        let ours = [
            ("listen_addr", "127.0.0.1"),
            ("listen_port", &port),
            ("unix_socket_dir", ""),
            // Whoever connects is the user of the server's address.
            ("auth_type", "any"),
            ("pool_mode", "transaction"),
            ("default_pool_size", "2"),
            ("max_client_conn", "1000"),
            // Which every client sends that is made for PostgreSQL 9 too, and nobody needs since.
            ("ignore_startup_parameters", "extra_float_digits"),
        ];
        let theirs = self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let settings = ours.into_iter().chain(theirs).map(|(name, value)| format!("{name} = {value}\n"));
        format!("[databases]\n* = {server}\n[pgbouncer]\n{}", settings.collect::<String>())
    }
}

/// The server of an address, as `pgbouncer.ini` names it.
fn server(url: &str) -> Result<String, Error> {
    let config: Config = url.parse().map_err(|e| Error::refused("reading the address of a server", &e))?;
    let host = match config.get_hosts() {
        [Host::Tcp(host), ..] => host.clone(),
        [Host::Unix(folder), ..] => folder.display().to_string(),
        [] => "127.0.0.1".to_owned(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let user = config.get_user().unwrap_or("postgres");
    let password = config.get_password().map(String::from_utf8_lossy).unwrap_or_default();
    let words = [("host", &*host), ("port", &port.to_string()), ("user", user), ("password", &password)];
    // An empty one would be none too.
    let words = words.into_iter().filter(|(_, value)| !value.is_empty());
    let words: Vec<_> =
        words.map(|(name, value)| format!("{name}='{}'", value.replace('\'', "''"))).collect();
    Ok(words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::server;

    #[test]
    fn the_address_of_a_server_is_said_in_words() {
        assert_eq!(server("postgres://u:it's@h:1/d").unwrap(), "host='h' port='1' user='u' password='it''s'");
        assert_eq!(server("postgres://u@h/d?connect_timeout=1").unwrap(), "host='h' port='5432' user='u'");
        server("http://h").unwrap_err();
    }
}
