//! Packages of another language's registry, got once and kept beside what cargo builds.

use crate::Error;
use std::{
    env, fs,
    path::{Component, Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
};

/// Some packages.
pub(crate) struct Packages {
    /// The language: the folder that they are kept in.
    pub(crate) of: &'static str,
    /// The file that says which. They are got again when it changes.
    pub(crate) lock: PathBuf,
}

/// Written when all of them are there, with what they were got by.
const STAMP: &str = "complete";

static GETTING: Mutex<()> = Mutex::new(());

impl Packages {
    /// The folder with the packages, and with the files that lie beside their lock file. If they are not there, the commands that
    /// get them are run.
    pub(crate) fn get(
        &self,
        what: &'static str,
        commands: impl FnOnce(&Path) -> Vec<Command>,
    ) -> Result<PathBuf, Error> {
        // Tests of one program ask for them at once.
        let _one_at_a_time = GETTING.lock().unwrap_or_else(PoisonError::into_inner);
        let into = kept().join(self.of).join(self.name());
        let lock = fs::read(&self.lock).map_err(file(format!("reading {}", self.lock.display())))?;
        let is_complete = fs::read(into.join(STAMP)).is_ok_and(|stamp| stamp == lock);
        if !is_complete {
            let _ = fs::remove_dir_all(&into);
            fs::create_dir_all(&into).map_err(file(format!("making {}", into.display())))?;
        }
        self.copy_beside(&into)?;
        if !is_complete {
            for mut command in commands(&into) {
                run(&mut command).map_err(|problem| Error::Missing { service: what, how: problem })?;
            }
            fs::write(into.join(STAMP), &lock).map_err(file(format!("writing to {}", into.display())))?;
        }
        Ok(into)
    }

    /// Those of one lock file are kept apart from those of others: by its folder in the project.
    fn name(&self) -> String {
        let folder = self.lock.parent().unwrap_or(Path::new(""));
        let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let (folder, root) = (real(folder), real(&root()));
        let folder = folder.strip_prefix(&root).unwrap_or(&folder);
        let words = folder.components().filter_map(|word| match word {
            Component::Normal(word) => Some(word.to_string_lossy()),
            _ => None,
        });
        words.collect::<Vec<_>>().join("-")
    }

    /// Programs find packages from where they lie themselves.
    fn copy_beside(&self, into: &Path) -> Result<(), Error> {
        let from = self.lock.parent().unwrap_or(Path::new("."));
        let failed = || file(format!("copying {} to {}", from.display(), into.display()));
        for entry in fs::read_dir(from).map_err(failed())? {
            let path = entry.map_err(failed())?.path();
            if let (true, Some(name)) = (path.is_file(), path.file_name()) {
                fs::copy(&path, into.join(name)).map_err(failed())?;
            }
        }
        Ok(())
    }
}

/// In the folder that cargo builds in.
fn kept() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from).join("packages")
}

/// The folder of the project.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn run(command: &mut Command) -> Result<(), String> {
    let name =
        Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|why| format!("starting {name}: {why}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    Err(format!("{name} cannot get them: {}", last.trim()))
}

fn file(doing: String) -> impl FnOnce(std::io::Error) -> Error {
    move |source| Error::File { doing, source }
}
