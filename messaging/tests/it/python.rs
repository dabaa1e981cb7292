//! The programs in Python beside the tests, and the packages that they need.

use factum_services::python;
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python")
}

/// Got once: those who get the same packages at the same time would be in each other's way.
static PROGRAMS: LazyLock<PathBuf> =
    LazyLock::new(|| python::installed().unwrap().with_packages(&folder().join("requirements.txt")).unwrap());

pub(crate) fn program(file: &str) -> Command {
    let mut program = Command::new(PROGRAMS.join("python"));
    // Without a folder of what it has compiled.
    program.arg("-B").arg(folder().join(file));
    program
}
