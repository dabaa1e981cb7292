//! Node.js, and packages of the npm registry for it.

use crate::{Error, packages::Packages, program};
use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

const VARIABLE: &str = "FACTUM_NODE_BIN";
/// The first runs programs, the second gets their packages.
const PROGRAMS: [&str; 2] = ["node", "npm"];

/// The installed programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    node: PathBuf,
    npm: PathBuf,
}

/// The installed programs: those of the folder `FACTUM_NODE_BIN`, otherwise those on the `PATH`.
///
/// # Errors
/// [`Error::Missing`] if one of them is, and [`Error::Setting`] if it is in the folder that the environment names.
pub fn installed() -> Result<Node, Error> {
    search(env::var_os(VARIABLE).as_deref(), env::var_os("PATH").as_deref())
}

fn search(named: Option<&OsStr>, path: Option<&OsStr>) -> Result<Node, Error> {
    if let Some(named) = named {
        let folder = program::named(VARIABLE, named, &PROGRAMS)?;
        let [node, npm] = PROGRAMS.map(|program| folder.join(program));
        return Ok(Node { node, npm });
    }
    let [node, npm] = PROGRAMS.map(|program| program::find(program, path));
    node.zip(npm).map(|(node, npm)| Node { node, npm }).ok_or_else(|| Error::Missing {
        service: "Node.js",
        how: format!(
            "there is no {} on the PATH; install it (on Debian: apt-get install nodejs npm), or let {VARIABLE} name the \
             folder of its programs",
            PROGRAMS.join(" or no ")
        ),
    })
}

impl Node {
    /// The program that runs programs.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.node
    }

    /// A folder with the packages of the `package-lock.json` in `folder`, which are got from the registry if they are not there
    /// yet, and with the files of `folder`.
    ///
    /// # Errors
    /// [`Error::Missing`] if the packages cannot be got, and [`Error::File`] if `folder` cannot be read.
    pub fn with_packages(&self, folder: &Path) -> Result<PathBuf, Error> {
        let packages = Packages { of: "node", lock: folder.join("package-lock.json") };
        let into = packages.get("npm packages", |into| {
            let mut npm = Command::new(&self.npm);
            npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(into);
            vec![npm]
        })?;
        Ok(into)
    }
}

#[cfg(test)]
mod tests {
    use super::search;
    use std::fs;
    use tempfile::TempDir;

    #[test]
    fn one_of_the_two_is_not_enough() {
        let path = TempDir::new().unwrap();
        for program in ["node", "npm"] {
            let missing = search(None, Some(path.path().as_os_str())).unwrap_err().to_string();
            assert!(
                missing.contains("apt-get install nodejs npm") && missing.lines().count() == 1,
                "{missing}"
            );
            let missing = search(Some(path.path().as_os_str()), None).unwrap_err().to_string();
            assert!(missing.starts_with("FACTUM_NODE_BIN: there is no node and no npm in"), "{missing}");
            fs::write(path.path().join(program), "").unwrap();
        }
        assert_eq!(search(None, Some(path.path().as_os_str())).unwrap().program(), path.path().join("node"));
    }
}
