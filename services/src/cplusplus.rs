//! A C++ compiler and make, with which the client of Kafka is built.

use crate::{Error, program};
use std::{env, ffi::OsStr};

/// As that client's build looks for them.
const COMPILERS: [&str; 3] = ["g++", "clang++", "c++"];

/// Whether they are on the `PATH`.
///
/// # Errors
/// [`Error::Missing`] if one of them is not.
pub fn installed() -> Result<(), Error> {
    search(env::var_os("PATH").as_deref())
}

fn search(path: Option<&OsStr>) -> Result<(), Error> {
    let has = |name: &str| program::find(name, path).is_some();
    let missing = |what: &str, package: &str| Error::Missing {
        service: "what builds the client of Kafka",
        how: format!("there is no {what} on the PATH; install it (on Debian: apt-get install {package})"),
    };
    if !COMPILERS.into_iter().any(has) {
        return Err(missing("C++ compiler", "g++"));
    }
    if !has("make") {
        return Err(missing("make", "make"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::search;
    use std::fs;
    use tempfile::TempDir;

    #[test]
    fn both_are_needed() {
        let folder = TempDir::new().unwrap();
        let look = || search(Some(folder.path().as_os_str())).map_err(|error| error.to_string());
        assert!(look().unwrap_err().contains("apt-get install g++"));
        fs::write(folder.path().join("clang++"), "").unwrap();
        assert!(look().unwrap_err().contains("apt-get install make"));
        fs::write(folder.path().join("make"), "").unwrap();
        assert_eq!(look(), Ok(()));
    }
}
