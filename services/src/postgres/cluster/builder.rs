use super::Cluster;
use crate::{
    Error,
    folder::Folder,
    port,
    postgres::{self, Binaries, address::Address},
};
use std::{fmt, fs::OpenOptions, io::Write as _, path::Path, process::Stdio, sync::Mutex};
use tokio::task;

/// Other processes look for a port at the same time, and may have taken the one that was free.
const ATTEMPTS: usize = 5;

/// How a [`Cluster`] is to be.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is started before `start`"]
pub struct Builder {
    settings: Vec<(String, String)>,
}

impl Builder {
    /// Changes a setting of `postgresql.conf`, such as `max_prepared_transactions`.
    pub fn set(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.settings.push((name.into(), value.to_string()));
        self
    }

    /// Makes the cluster and starts it; it can be connected to when this returns.
    ///
    /// # Errors
    /// If PostgreSQL is not [installed](crate::postgres::installed), or does not start.
    pub async fn start(self) -> Result<Cluster, Error> {
        let binaries = postgres::installed()?;
        let made = task::spawn_blocking(move || {
            let folder = Folder::new("factum-postgres-")?;
            initialise(&folder, &binaries)?;
            write_settings(&folder, &self.settings)?;
            Ok((folder, binaries))
        });
        let (folder, binaries) = made.await.map_err(|e| Error::refused("making a cluster", &e))??;
        let port = port::free()?;
        let mut cluster =
            Cluster { server: Mutex::new(None), port, address: Address::local(port), binaries, folder };
        for _ in 1..ATTEMPTS {
            match cluster.start().await {
                Err(Error::Program { problem, .. }) if problem.contains("could not bind") => {}
                started => return started.map(|()| cluster),
            }
            cluster.port = port::free()?;
            cluster.address = Address::local(cluster.port);
        }
        cluster.start().await?;
        Ok(cluster)
    }
}

fn initialise(folder: &Folder, binaries: &Binaries) -> Result<(), Error> {
    let mut initdb = folder.command(binaries.folder().join("initdb"))?;
    initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]);
    // For initdb alone. A cluster that is not there yet has nothing to lose in a crash.
    initdb.args(["--no-sync", "--no-instructions", "-D"]).arg(Cluster::data_in(folder.path()));
    let output = initdb.stderr(Stdio::piped()).output().map_err(Error::file("starting initdb"))?;
    if !output.status.success() {
        return Err(Error::program("initdb", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(())
}

fn write_settings(folder: &Folder, settings: &[(String, String)]) -> Result<(), Error> {
    let file = Cluster::data_in(folder.path()).join("postgresql.conf");
    append(&file, settings).map_err(Error::file("writing postgresql.conf"))
}

fn append(file: &Path, settings: &[(String, String)]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().append(true).open(file)?;
    // A socket would have to lie in a folder with a short path, and has no use.
    let ours = [("listen_addresses", "127.0.0.1"), ("unix_socket_directories", "")];
    let theirs = settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in ours.into_iter().chain(theirs) {
        writeln!(file, "{name} = '{}'", value.replace('\'', "''"))?;
    }
    Ok(())
}
