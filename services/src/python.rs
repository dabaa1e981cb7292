//! Python, and packages of `PyPI` in an environment of their own.

use crate::{Error, packages::Packages, program};
use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const VARIABLE: &str = "FACTUM_PYTHON_BIN";
const PROGRAM: &str = "python3";

/// The installed program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Python {
    program: PathBuf,
}

/// The installed program: that of the folder `FACTUM_PYTHON_BIN`, otherwise the one on the `PATH`. It must be able to make an
/// environment, which Debian packages apart.
///
/// # Errors
/// [`Error::Missing`] if there is none, and [`Error::Setting`] if there is none in the folder that the environment
/// names.
pub fn installed() -> Result<Python, Error> {
    let (named, path) = (env::var_os(VARIABLE), env::var_os("PATH"));
    search(named.as_deref(), path.as_deref(), makes_environments)
}

fn search(
    named: Option<&OsStr>,
    path: Option<&OsStr>,
    makes_environments: impl Fn(&Path) -> bool,
) -> Result<Python, Error> {
    let program = match named {
        Some(named) => Some(program::named(VARIABLE, named, &[PROGRAM])?.join(PROGRAM)),
        None => program::find(PROGRAM, path),
    };
    program.filter(|program| makes_environments(program)).map(|program| Python { program }).ok_or_else(|| {
        Error::Missing {
            service: "Python",
            how: format!(
                "there is no {PROGRAM} on the PATH that can make a virtual environment; install it (on Debian: apt-get \
                 install python3-venv), or let {VARIABLE} name the folder of its program"
            ),
        }
    })
}

fn makes_environments(program: &Path) -> bool {
    let mut python = Command::new(program);
    python
        .args(["-c", "import ensurepip, venv"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    python.status().is_ok_and(|status| status.success())
}

impl Python {
    /// The folder of the programs of an environment with the packages of `requirements`, a file for pip, which are got from the
    /// registry if they are not there yet.
    ///
    /// # Errors
    /// [`Error::Missing`] if the packages cannot be got, and [`Error::File`] if `requirements` cannot be read.
    pub fn with_packages(&self, requirements: &Path) -> Result<PathBuf, Error> {
        let packages = Packages { of: "python", lock: requirements.to_owned() };
        let into = packages.get("packages of PyPI", |into| {
            let mut venv = Command::new(&self.program);
            venv.args(["-m", "venv", "--clear"]).arg(into.join("venv"));
            let mut pip = Command::new(into.join("venv/bin/pip"));
            pip.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"])
                .arg(requirements);
            vec![venv, pip]
        })?;
        Ok(into.join("venv/bin"))
    }
}

#[cfg(test)]
mod tests {
    use super::search;
    use std::fs;
    use tempfile::TempDir;

    #[test]
    fn one_that_cannot_make_environments_is_missing() {
        let path = TempDir::new().unwrap();
        let look = |can| search(None, Some(path.path().as_os_str()), |_| can);
        assert!(look(true).unwrap_err().to_string().starts_with("Python is missing: there is no python3"));
        fs::write(path.path().join("python3"), "").unwrap();
        let missing = look(false).unwrap_err().to_string();
        assert!(missing.contains("install python3-venv") && missing.lines().count() == 1, "{missing}");
        assert_eq!(look(true).unwrap().program, path.path().join("python3"));
        let named = search(Some(path.path().join("no").as_os_str()), None, |_| true).unwrap_err().to_string();
        assert!(named.starts_with("FACTUM_PYTHON_BIN: there is no python3 in"), "{named}");
    }
}
