mod ready;

pub(crate) use self::ready::wait_until_ready;

use crate::{Error, folder::Folder};
use std::{
    ffi::OsStr,
    fs,
    io::{self, Write as _},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Stdio},
};

/// How a server is asked to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Int,
    Kill,
    Quit,
    Term,
}

impl Signal {
    const fn name(self) -> &'static str {
        match self {
            Self::Int => "INT",
            Self::Kill => "KILL",
            Self::Quit => "QUIT",
            Self::Term => "TERM",
        }
    }
}

/// A server that runs in a folder of its own. It ends when this is dropped, and when this process ends.
#[derive(Debug)]
pub(crate) struct Process {
    /// The server's parent. It ends when the server and all the server's children have.
    shell: Child,
    /// Tells the shell how to stop the server; its end is the end of the server.
    pipe: Option<ChildStdin>,
    program: String,
    log: PathBuf,
}

impl Process {
    /// Starts `program`. `stop` is the signal that ends it at once.
    pub(crate) fn start<A: AsRef<OsStr>>(
        folder: &Folder,
        stop: Signal,
        program: &Path,
        args: impl IntoIterator<Item = A>,
    ) -> Result<Self, Error> {
        let log = folder.path().join("log");
        let mut shell = folder.command("sh")?;
        shell.args(["-c", include_str!("run.sh"), "sh"]).arg(&log).arg(stop.name()).arg(program).args(args);
        // In a group of its own: who interrupts the tests does not interrupt the cleaning up.
        shell.stdin(Stdio::piped()).process_group(0);
        let mut shell = shell.spawn().map_err(Error::file("starting sh"))?;
        let pipe = shell.stdin.take();
        Ok(Self { shell, pipe, program: program.display().to_string(), log })
    }

    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.shell.try_wait(), Ok(None))
    }

    /// An error with the last lines of its log if it has ended of its own accord.
    pub(crate) fn check(&mut self) -> Result<(), Error> {
        if self.is_running() {
            return Ok(());
        }
        let log = fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let mut lines: Vec<_> = log.lines().rev().take(5).collect();
        lines.reverse();
        Err(Error::program(&self.program, lines.join("\n")))
    }

    /// Stops the server, and waits until it and all its children have ended.
    pub(crate) fn end(mut self, signal: Signal) -> Result<(), Error> {
        let told = self.pipe.take().map_or(Ok(()), |mut pipe| writeln!(pipe, "{}", signal.name()));
        match told {
            // Nobody reads: it has ended already.
            Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
                return Err(Error::file("stopping a server")(e));
            }
            _ => {}
        }
        self.shell.wait().map_err(Error::file("waiting for a server to end"))?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.pipe.take();
        // It has no one to tell of a failure.
        let _ = self.shell.wait();
    }
}
