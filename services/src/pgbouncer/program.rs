use crate::{Error, program};
use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

const VARIABLE: &str = "FACTUM_PGBOUNCER_BIN";
const PROGRAM: &str = "pgbouncer";
/// Where Debian keeps it, which is on the `PATH` of root alone.
const FOLDER: &str = "/usr/sbin";

/// The installed program: that of the folder `FACTUM_PGBOUNCER_BIN`, otherwise the one on the `PATH`, otherwise the one
/// in `/usr/sbin`.
///
/// # Errors
/// [`Error::Missing`] if there is none, and [`Error::Setting`] if there is none in the folder that the environment
/// names.
pub fn installed() -> Result<PathBuf, Error> {
    let (named, path) = (env::var_os(VARIABLE), env::var_os("PATH"));
    search(named.as_deref(), path.as_deref(), Path::new(FOLDER))
}

/// Whether PgBouncer is [installed].
#[must_use]
pub fn is_available() -> bool {
    installed().is_ok()
}

fn search(named: Option<&OsStr>, path: Option<&OsStr>, folder: &Path) -> Result<PathBuf, Error> {
    if let Some(named) = named {
        return Ok(program::named(VARIABLE, named, &[PROGRAM])?.join(PROGRAM));
    }
    let found = program::find(PROGRAM, path).or_else(|| program::find(PROGRAM, Some(folder.as_os_str())));
    found.ok_or_else(|| Error::Missing {
        service: "PgBouncer",
        how: format!(
            "there is no pgbouncer on the PATH or in {}; install it (on Debian: apt-get install pgbouncer), \
             or let {VARIABLE} name the folder of its program",
            folder.display()
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::{PROGRAM, search};
    use std::{fs, path::Path};
    use tempfile::TempDir;

    #[test]
    fn it_is_found_where_it_is_named_or_on_the_path_or_in_the_usual_folder() {
        let root = TempDir::new().unwrap();
        let [named, path, folder] = ["named", "path", "folder"].map(|name| root.path().join(name));
        let look = |named: Option<&Path>| search(named.map(Path::as_os_str), Some(path.as_os_str()), &folder);
        for place in [&folder, &path, &named] {
            let missing = look(Some(&named)).unwrap_err().to_string();
            assert!(missing.starts_with("FACTUM_PGBOUNCER_BIN: there is no pgbouncer in"), "{missing}");
            if *place == folder {
                let missing = look(None).unwrap_err().to_string();
                assert!(
                    missing.contains("apt-get install pgbouncer") && missing.lines().count() == 1,
                    "{missing}"
                );
            }
            fs::create_dir(place).unwrap();
            fs::write(place.join(PROGRAM), "").unwrap();
            let found = look((*place == named).then_some(&named)).unwrap();
            assert_eq!(found.parent().unwrap(), place);
        }
    }
}
