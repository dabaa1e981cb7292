use crate::{Error, user::User};
use std::{
    fs,
    os::{fd::OwnedFd, unix::process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// A temporary folder of a server's user, which is removed when it is dropped, or when this process ends however it
/// does; but never before the programs that run in it have ended.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    user: User,
    /// The pipe that keeps the folder; taken when it is dropped.
    kept: Option<OwnedFd>,
    /// Removes it.
    remover: Child,
}

impl Folder {
    pub(crate) fn new(prefix: &str) -> Result<Self, Error> {
        let folder = tempfile::Builder::new().prefix(prefix).tempdir();
        let folder = folder.map_err(Error::file("making a temporary folder"))?;
        let user = User::of(folder.path())?;
        let mut shell = Command::new("sh");
        shell.args(["-c", include_str!("remove.sh"), "sh"]).arg(folder.path()).current_dir(folder.path());
        // In a group of its own: who interrupts the tests does not interrupt the cleaning up.
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        let mut remover = user.run(&mut shell).spawn().map_err(Error::file("starting sh"))?;
        let kept = remover.stdin.take().expect("it is piped");
        Ok(Self { path: folder.keep(), user, kept: Some(kept.into()), remover })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Its name, which no other folder has.
    pub(crate) fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Writes a file that is the folder's user's, as other users may not be allowed to read what this one writes.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<PathBuf, Error> {
        let file = self.path.join(name);
        fs::write(&file, text).map_err(Error::file(format!("writing {name}")))?;
        self.user.take(&file)?;
        Ok(file)
    }

    /// A command that runs here, as the folder's user, and keeps the folder while it runs. Its output goes nowhere.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Result<Command, Error> {
        let mut command = Command::new(program.as_ref());
        let kept = self.kept.as_ref().expect("taken by drop only");
        let kept = kept.try_clone().map_err(Error::file("sharing a pipe"))?;
        // What it says is looked into, and not by readers of every language.
        command
            .env("LC_ALL", "C")
            .current_dir(&self.path)
            .stdin(Stdio::null())
            .stdout(kept)
            .stderr(Stdio::null());
        self.user.run(&mut command);
        Ok(command)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.kept.take();
        // It has no one to tell of a failure.
        let _ = self.remover.wait();
    }
}
