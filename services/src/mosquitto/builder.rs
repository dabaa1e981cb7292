use super::{Mosquitto, installed};
use crate::{Error, folder::Folder, port, process};
use std::fmt::{self, Write as _};

/// How a [`Mosquitto`] is to be.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is started before `start`"]
pub struct Builder {
    settings: Vec<(String, String)>,
}

impl Builder {
    /// Changes a setting of `mosquitto.conf`, such as `max_inflight_messages`.
    pub fn set(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.settings.push((name.into(), value.to_string()));
        self
    }

    /// Starts it; it can be connected to when this returns.
    ///
    /// # Errors
    /// If Mosquitto is not [installed], or does not start.
    pub async fn start(self) -> Result<Mosquitto, Error> {
        let program = installed()?;
        let mut taken = port::none();
        for port in port::free() {
            let port = port?;
            let folder = Folder::new("factum-mosquitto-")?;
            let config = folder.write("mosquitto.conf", &self.config(port, &folder))?;
            let server = process::Server::new(folder);
            let broker = Mosquitto { server, port, program: program.clone(), config };
            match broker.start().await {
                Err(e) if port::was_taken(&e) => taken = e,
                started => return started.map(|()| broker),
            }
        }
        Err(taken)
    }

    fn config(&self, port: u16, folder: &Folder) -> String {
        // With the slash at its end it is a folder.
        let data = format!("{}/", folder.path().display());
        let ours = [
            ("allow_anonymous", "true"),
            ("persistence", "true"),
            ("persistence_location", &*data),
            // So many changes, and not seconds.
            ("autosave_on_changes", "true"),
            ("autosave_interval", "1"),
            ("log_dest", "stderr"),
        ];
        let is_theirs = |name: &str| self.settings.iter().any(|(theirs, _)| theirs == name);
        let ours = ours.into_iter().filter(|(name, _)| !is_theirs(name));
        let theirs = self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut config = format!("listener {port} 127.0.0.1\n");
        for (name, value) in ours.chain(theirs) {
            let _ = writeln!(config, "{name} {value}");
        }
        config
    }
}
