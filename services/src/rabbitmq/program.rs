use crate::{
    Error,
    program::{self, Sought},
};
use std::{
    env,
    ffi::{OsStr, OsString},
    fs, iter,
    path::{Path, PathBuf},
};

const SOUGHT: Sought = Sought {
    service: "RabbitMQ",
    program: "rabbitmq-server",
    variable: "FACTUM_RABBITMQ_BIN",
    package: "rabbitmq-server",
};

/// Where Debian keeps it. What Debian has on the `PATH` of root runs this one, as a user of its own.
const BEFORE_THE_PATH: &str = "/usr/lib/rabbitmq/bin";
const AFTER_THE_PATH: &str = "/usr/sbin";

/// The installed program: that of the folder `FACTUM_RABBITMQ_BIN`, otherwise the one in `/usr/lib/rabbitmq/bin`,
/// otherwise the one on the `PATH`, otherwise the one in `/usr/sbin`.
///
/// # Errors
/// [`Error::Missing`] if there is none, or if Erlang, which it needs, is not on the `PATH`, and [`Error::Setting`] if
/// there is none in the folder that the environment names.
pub fn installed() -> Result<PathBuf, Error> {
    let (named, path) = (env::var_os(SOUGHT.variable), env::var_os("PATH"));
    let found = search(named.as_deref(), path.as_deref(), BEFORE_THE_PATH, AFTER_THE_PATH)?;
    port_mapper()?;
    Ok(found)
}

/// Whether RabbitMQ is [installed].
#[must_use]
pub fn is_available() -> bool {
    installed().is_ok()
}

/// The program of Erlang's by which nodes find each other's ports.
pub(super) fn port_mapper() -> Result<PathBuf, Error> {
    search_port_mapper(env::var_os("PATH").as_deref())
}

fn search(
    named: Option<&OsStr>,
    path: Option<&OsStr>,
    before: impl AsRef<Path>,
    after: impl AsRef<Path>,
) -> Result<PathBuf, Error> {
    let path = path.map(env::split_paths).into_iter().flatten();
    let folders = iter::once(before.as_ref().to_owned()).chain(path);
    // Folders that were split at colons have none.
    let path: OsString = env::join_paths(folders).unwrap_or_default();
    SOUGHT.search(named, Some(&path), after.as_ref())
}

fn search_port_mapper(path: Option<&OsStr>) -> Result<PathBuf, Error> {
    let erlang = program::find("erl", path)
        .ok_or("erl")
        // It may be a link, and the only one that leads there.
        .and_then(|erl| {
            let beside = fs::canonicalize(erl).ok().map(|erl| erl.with_file_name("epmd"));
            beside.filter(|epmd| epmd.is_file()).or_else(|| program::find("epmd", path)).ok_or("epmd")
        });
    erlang.map_err(|program| Error::Missing {
        service: SOUGHT.service,
        how: format!(
            "there is no {program} on the PATH, which belongs to Erlang; install it (on Debian: apt-get install \
             erlang-base)"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::{search, search_port_mapper};
    use std::{fs, os::unix::fs::symlink};
    use tempfile::TempDir;

    #[test]
    fn what_may_be_run_by_anybody_comes_before_what_is_on_the_path() {
        let root = TempDir::new().unwrap();
        let [before, path, after] = ["before", "path", "after"].map(|name| root.path().join(name));
        let look = || search(None, Some(path.as_os_str()), &before, &after);
        let missing = look().unwrap_err().to_string();
        assert!(
            missing.contains("apt-get install rabbitmq-server") && missing.lines().count() == 1,
            "{missing}"
        );
        for place in [&after, &path, &before] {
            fs::create_dir(place).unwrap();
            fs::write(place.join("rabbitmq-server"), "").unwrap();
            assert_eq!(look().unwrap().parent().unwrap(), place);
        }
    }

    #[test]
    fn erlang_is_needed_too() {
        let root = TempDir::new().unwrap();
        let [path, erlang] = ["path", "erlang"].map(|name| root.path().join(name));
        let look = || search_port_mapper(Some(path.as_os_str()));
        let missing = look().unwrap_err().to_string();
        assert!(missing.contains("no erl on the PATH") && missing.lines().count() == 1, "{missing}");
        fs::create_dir(&path).unwrap();
        fs::create_dir(&erlang).unwrap();
        fs::write(erlang.join("erl"), "").unwrap();
        symlink("../erlang/erl", path.join("erl")).unwrap();
        let missing = look().unwrap_err().to_string();
        assert!(missing.contains("no epmd on the PATH"), "{missing}");
        fs::write(path.join("epmd"), "").unwrap();
        assert_eq!(look().unwrap(), path.join("epmd"));
        fs::write(erlang.join("epmd"), "").unwrap();
        assert_eq!(look().unwrap(), erlang.canonicalize().unwrap().join("epmd"));
    }
}
