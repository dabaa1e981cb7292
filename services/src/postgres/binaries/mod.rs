use crate::{Error, program};
use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const VARIABLE: &str = "FACTUM_POSTGRES_BIN";
/// Where Debian keeps a folder for each version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// What no server can do without. The others of its programs may be packaged apart.
const PROGRAMS: [&str; 2] = ["initdb", "postgres"];

/// The programs of an installed PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    folder: PathBuf,
}

/// The installed programs: those of the folder `FACTUM_POSTGRES_BIN`, otherwise those on the `PATH`, otherwise the
/// newest below `/usr/lib/postgresql`, otherwise those that `pg_config` knows of.
///
/// # Errors
/// [`Error::Missing`] if there are none, and [`Error::Setting`] if there are none in the folder that the environment
/// names.
pub fn installed() -> Result<Binaries, Error> {
    let (named, path) = (env::var_os(VARIABLE), env::var_os("PATH"));
    Places { named: named.as_deref(), path: path.as_deref(), versions: Path::new(VERSIONS) }.search()
}

/// Whether PostgreSQL is [installed].
///
/// A server that listens somewhere does not make up for it, since some tests need a [`Cluster`](super::Cluster) of their
/// own.
#[must_use]
pub fn is_available() -> bool {
    installed().is_ok()
}

impl Binaries {
    /// The folder in which they lie.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn in_folder(folder: PathBuf) -> Option<Self> {
        program::has(&folder, &PROGRAMS).then_some(Self { folder })
    }
}

struct Places<'a> {
    named: Option<&'a OsStr>,
    path: Option<&'a OsStr>,
    versions: &'a Path,
}

impl Places<'_> {
    fn search(self) -> Result<Binaries, Error> {
        if let Some(folder) = self.named {
            return Ok(Binaries { folder: program::named(VARIABLE, folder, &PROGRAMS)? });
        }
        let found = self.on_the_path().or_else(|| self.newest()).or_else(|| self.configured());
        found.ok_or_else(|| Error::Missing {
            service: "PostgreSQL",
            how: format!(
                "there is no initdb on the PATH or below {}; install it (on Debian: apt-get install postgresql), \
                 or let {VARIABLE} name the folder of its programs",
                self.versions.display()
            ),
        })
    }

    fn on_the_path(&self) -> Option<Binaries> {
        let initdb = program::find("initdb", self.path)?;
        // It may be a link, and the only one that leads there.
        Binaries::in_folder(fs::canonicalize(initdb).ok()?.parent()?.to_owned())
    }

    fn newest(&self) -> Option<Binaries> {
        let mut versions: Vec<u32> = fs::read_dir(self.versions)
            .ok()?
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .collect();
        versions.sort_unstable();
        let folders =
            versions.into_iter().rev().map(|version| self.versions.join(version.to_string()).join("bin"));
        folders.into_iter().find_map(Binaries::in_folder)
    }

    fn configured(&self) -> Option<Binaries> {
        let pg_config = program::find("pg_config", self.path)?;
        let output = Command::new(pg_config).arg("--bindir").stdin(Stdio::null()).output().ok()?;
        Binaries::in_folder(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
    }
}

#[cfg(test)]
mod tests;
