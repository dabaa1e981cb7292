//! Chromium: a real browser, for pages that are tested in one.

use crate::{Error, program};
use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

const VARIABLE: &str = "FACTUM_CHROMIUM_BIN";
/// Distributions do not agree on its name.
const PROGRAMS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The installed program: that of the folder `FACTUM_CHROMIUM_BIN`, otherwise the one on the `PATH`.
///
/// # Errors
/// [`Error::Missing`] if there is none, and [`Error::Setting`] if there is none in the folder that the environment
/// names.
pub fn installed() -> Result<PathBuf, Error> {
    search(env::var_os(VARIABLE).as_deref(), env::var_os("PATH").as_deref())
}

/// Whether Chromium is [installed].
#[must_use]
pub fn is_available() -> bool {
    installed().is_ok()
}

fn search(named: Option<&OsStr>, path: Option<&OsStr>) -> Result<PathBuf, Error> {
    let among = |folders: &OsStr| PROGRAMS.iter().find_map(|name| program::find(name, Some(folders)));
    if let Some(named) = named {
        return among(named).ok_or_else(|| Error::Setting {
            variable: VARIABLE,
            problem: format!("there is no chromium in {}", Path::new(named).display()),
        });
    }
    path.and_then(among).ok_or_else(|| Error::Missing {
        service: "Chromium",
        how: format!(
            "there is no chromium on the PATH; install it (on Debian: apt-get install chromium), or let {VARIABLE} \
             name the folder of its program"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::search;
    use std::{fs, path::Path};
    use tempfile::TempDir;

    #[test]
    fn it_is_found_where_it_is_named_or_on_the_path_whatever_it_is_called() {
        let root = TempDir::new().unwrap();
        let [named, path] = ["named", "path"].map(|name| root.path().join(name));
        let look = |named: Option<&Path>| search(named.map(Path::as_os_str), Some(path.as_os_str()));
        let missing = look(None).unwrap_err().to_string();
        assert!(missing.contains("apt-get install chromium") && missing.lines().count() == 1, "{missing}");

        fs::create_dir(&path).unwrap();
        fs::write(path.join("chromium-browser"), "").unwrap();
        assert_eq!(look(None).unwrap(), path.join("chromium-browser"));

        let missing = look(Some(&named)).unwrap_err().to_string();
        assert!(missing.starts_with("FACTUM_CHROMIUM_BIN: there is no chromium in"), "{missing}");
        fs::create_dir(&named).unwrap();
        fs::write(named.join("chromium"), "").unwrap();
        assert_eq!(look(Some(&named)).unwrap(), named.join("chromium"));
    }
}
