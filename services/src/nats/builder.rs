use super::{Nats, installed};
use crate::{Error, folder::Folder, port, process};
use std::fmt::{self, Write as _};

/// How a [`Nats`] is to be.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is started before `start`"]
pub struct Builder {
    settings: Vec<(String, String)>,
}

/// What comes before the names of `JetStream`'s settings.
const JETSTREAM: &str = "jetstream.";

impl Builder {
    /// Changes a setting of the server's configuration, such as `max_payload`. Those of `JetStream` have names such as
    /// `jetstream.sync_interval` (which NATS has since 2.10; its value `always` is what survives a loss of power).
    /// The value is written as it is.
    pub fn set(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.settings.push((name.into(), value.to_string()));
        self
    }

    /// Starts it; it can be connected to when this returns.
    ///
    /// # Errors
    /// If NATS is not [installed], or does not start.
    pub async fn start(self) -> Result<Nats, Error> {
        let program = installed()?;
        let mut taken = port::none();
        for port in port::free() {
            let port = port?;
            let folder = Folder::new("factum-nats-")?;
            let name = folder.name();
            let config = folder.write("nats.conf", &self.config(port, &name, &folder))?;
            let server = process::Server::new(folder);
            let nats = Nats { server, port, name, program: program.clone(), config };
            match nats.start().await {
                Err(e) if port::was_taken(&e) => taken = e,
                started => return started.map(|()| nats),
            }
        }
        Err(taken)
    }

    fn config(&self, port: u16, name: &str, folder: &Folder) -> String {
        let (jetstream, top): (Vec<_>, Vec<_>) =
            self.settings.iter().partition(|(name, _)| name.starts_with(JETSTREAM));
        let mut config = format!("listen: \"127.0.0.1:{port}\"\nserver_name: \"{name}\"\n");
        for (name, value) in top {
            let _ = writeln!(config, "{name}: {value}");
        }
        let _ = writeln!(config, "jetstream {{\nstore_dir: \"{}\"", folder.path().join("data").display());
        for (name, value) in jetstream {
            let _ = writeln!(config, "{}: {value}", &name[JETSTREAM.len()..]);
        }
        config + "}\n"
    }
}
