use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

/// The first `program` in the folders of `path`, which is like the variable `PATH`, or in one of `more` folders.
/// Distributions keep servers in folders that are on nobody's `PATH`.
pub(crate) fn find(program: &str, path: Option<&OsStr>, more: &[&str]) -> Option<PathBuf> {
    let path = path.map(env::split_paths).into_iter().flatten();
    path.chain(more.iter().map(PathBuf::from))
        .map(|folder| folder.join(program))
        .find(|file| is_program(file))
}

pub(crate) fn is_program(file: &Path) -> bool {
    file.is_file()
}
