//! Each file below `tests/ui` is wrong, and the file beside it is what the compiler says about that.
//!
//! The folders named after a derive hold what the derive itself finds. The messages in `bounds` are the compiler's own,
//! about traits that are not implemented, and differ from one of its versions to the next: they are compared on one
//! version only, and left out on others, which is said. To write the files anew:
//! `TRYBUILD=overwrite cargo test -p factum-macros wrong_input`, with the version in [`WRITTEN_BY`].

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::Command,
};

/// The compiler that wrote the files in [`BOUNDS`].
const WRITTEN_BY: &str = "1.95";

const BOUNDS: &str = "bounds";

#[test]
fn wrong_input_says_what_to_write() {
    let folder = Path::new("tests/ui");
    let compiler = compiler();
    let (mut cases, mut left_out) = (0, 0);
    let found = trybuild::TestCases::new();
    for derive in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let files = fs::read_dir(&derive).unwrap().map(|entry| entry.unwrap().path());
        let count = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).count();
        if derive.ends_with(BOUNDS) && compiler != WRITTEN_BY {
            left_out = count;
        } else {
            let misplaced = if derive.ends_with(BOUNDS) { Vec::new() } else { beyond_the_derive(&derive) };
            assert!(misplaced.is_empty(), "these belong into `{BOUNDS}`: {misplaced:?}");
            found.compile_fail(derive.join("*.rs"));
            cases += count;
        }
    }
    assert!(cases > 0, "there are no cases in {}", folder.display());
    // Dropping it runs the cases, and panics if one of them is not as written.
    drop(found);

    // Not `println!`, which would be shown for a failed test only.
    let mut output = io::stdout().lock();
    writeln!(output, "\nui cases: {cases}").unwrap();
    if left_out > 0 {
        writeln!(
            output,
            "ui cases left out: {left_out}, written by rustc {WRITTEN_BY}, and this is {compiler}"
        )
        .unwrap();
    }
}

/// The files of this folder in which the compiler has something to say too: its messages have a number.
fn beyond_the_derive(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "stderr"))
        .filter(|path| fs::read_to_string(path).unwrap().contains("error[E"))
        .collect()
}

/// The major and the minor number of the version: `1.95`.
fn compiler() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().unwrap().stdout;
    let version = String::from_utf8(output).unwrap();
    let numbers = version.split_whitespace().nth(1).unwrap();
    numbers.split('.').take(2).collect::<Vec<_>>().join(".")
}
