use crate::{
    Error,
    program::{self, Sought},
};
use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

/// Google's own repository has the package, and Debian has not.
const SOUGHT: Sought = Sought {
    service: "the emulator of Google Cloud Pub/Sub",
    program: "cloud-pubsub-emulator",
    variable: "FACTUM_GOOGLE_PUBSUB_BIN",
    package: "google-cloud-cli-pubsub-emulator",
};

/// Where that package keeps it, which is on nobody's `PATH`.
const FOLDER: &str = "/usr/lib/google-cloud-sdk/platform/pubsub-emulator/bin";

/// The installed program: that of the folder `FACTUM_GOOGLE_PUBSUB_BIN`, otherwise the one on the `PATH`, otherwise the one
/// where Google's package has it. It is a script that runs Java.
///
/// # Errors
/// [`Error::Missing`] if there is none, or no `java` on the `PATH`, and [`Error::Setting`] if there is none in the folder that
/// the environment names.
pub fn installed() -> Result<PathBuf, Error> {
    let (named, path) = (env::var_os(SOUGHT.variable), env::var_os("PATH"));
    search(named.as_deref(), path.as_deref(), Path::new(FOLDER))
}

/// Whether the emulator is [installed].
#[must_use]
pub fn is_available() -> bool {
    installed().is_ok()
}

fn search(named: Option<&OsStr>, path: Option<&OsStr>, usual: &Path) -> Result<PathBuf, Error> {
    let found = SOUGHT.search(named, path, usual)?;
    match program::find("java", path) {
        Some(_) => Ok(found),
        None => {
            let how = "there is no java on the PATH, by which it runs; install it (on Debian: apt-get install \
                       default-jre-headless)";
            Err(Error::Missing { service: SOUGHT.service, how: how.to_owned() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::search;
    use std::fs;
    use tempfile::TempDir;

    #[test]
    fn java_is_needed_too() {
        let root = TempDir::new().unwrap();
        let [path, usual] = ["path", "usual"].map(|name| root.path().join(name));
        let look = || search(None, Some(path.as_os_str()), &usual);
        let missing = look().unwrap_err().to_string();
        assert!(missing.contains("no cloud-pubsub-emulator") && missing.lines().count() == 1, "{missing}");
        fs::create_dir(&path).unwrap();
        fs::create_dir(&usual).unwrap();
        fs::write(usual.join("cloud-pubsub-emulator"), "").unwrap();
        let missing = look().unwrap_err().to_string();
        assert!(missing.contains("no java on the PATH") && missing.lines().count() == 1, "{missing}");
        fs::write(path.join("java"), "").unwrap();
        assert_eq!(look().unwrap(), usual.join("cloud-pubsub-emulator"));
    }
}
