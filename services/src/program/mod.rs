mod sought;

pub(crate) use self::sought::Sought;

use crate::Error;
use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

/// The first `program` in the folders of `path`, which is like the variable `PATH`.
pub(crate) fn find(program: &str, path: Option<&OsStr>) -> Option<PathBuf> {
    path.map(env::split_paths)?.map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// The `folder` that a variable of the environment names: what lies elsewhere is no replacement for what it lacks.
pub(crate) fn named(variable: &'static str, folder: &OsStr, programs: &[&str]) -> Result<PathBuf, Error> {
    let folder = PathBuf::from(folder);
    if has(&folder, programs) {
        return Ok(folder);
    }
    let problem = format!("there is no {} in {}", programs.join(" and no "), folder.display());
    Err(Error::Setting { variable, problem })
}

pub(crate) fn has(folder: &Path, programs: &[&str]) -> bool {
    programs.iter().all(|program| folder.join(program).is_file())
}
