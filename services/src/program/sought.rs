use super::{find, named};
use crate::Error;
use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

/// A service that is one program, and where it may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sought {
    pub(crate) service: &'static str,
    pub(crate) program: &'static str,
    /// In the environment: the folder of the program.
    pub(crate) variable: &'static str,
    /// What Debian calls it.
    pub(crate) package: &'static str,
}

/// Where Debian keeps servers, which is on the `PATH` of root alone.
const FOLDER: &str = "/usr/sbin";

impl Sought {
    /// The program of the folder that the environment names, otherwise the one on the `PATH`, otherwise the one in
    /// `/usr/sbin`.
    pub(crate) fn installed(self) -> Result<PathBuf, Error> {
        let (named, path) = (env::var_os(self.variable), env::var_os("PATH"));
        self.search(named.as_deref(), path.as_deref(), Path::new(FOLDER))
    }

    pub(crate) fn search(
        self,
        folder: Option<&OsStr>,
        path: Option<&OsStr>,
        usual: &Path,
    ) -> Result<PathBuf, Error> {
        let Self { service, program, variable, package } = self;
        if let Some(folder) = folder {
            return Ok(named(variable, folder, &[program])?.join(program));
        }
        let found = find(program, path).or_else(|| find(program, Some(usual.as_os_str())));
        found.ok_or_else(|| Error::Missing {
            service,
            how: format!(
                "there is no {program} on the PATH or in {}; install it (on Debian: apt-get install {package}), \
                 or let {variable} name the folder of its program",
                usual.display()
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Sought;
    use std::{fs, path::Path};
    use tempfile::TempDir;

    const POSTBOX: Sought = Sought {
        service: "Postbox",
        program: "postboxd",
        variable: "FACTUM_POSTBOX_BIN",
        package: "post-box",
    };

    #[test]
    fn it_is_found_where_it_is_named_or_on_the_path_or_in_the_usual_folder() {
        let root = TempDir::new().unwrap();
        let [named, path, folder] = ["named", "path", "folder"].map(|name| root.path().join(name));
        let look = |named: Option<&Path>| {
            POSTBOX.search(named.map(Path::as_os_str), Some(path.as_os_str()), &folder)
        };
        for place in [&folder, &path, &named] {
            let missing = look(Some(&named)).unwrap_err().to_string();
            assert!(missing.starts_with("FACTUM_POSTBOX_BIN: there is no postboxd in"), "{missing}");
            if *place == folder {
                let missing = look(None).unwrap_err().to_string();
                assert!(
                    missing.contains("apt-get install post-box") && missing.lines().count() == 1,
                    "{missing}"
                );
            }
            fs::create_dir(place).unwrap();
            fs::write(place.join("postboxd"), "").unwrap();
            let found = look((*place == named).then_some(&named)).unwrap();
            assert_eq!(found.parent().unwrap(), place);
        }
    }
}
