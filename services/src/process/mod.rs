mod ready;
mod server;

pub(crate) use self::{ready::wait_until_ready, server::Server};

use crate::{Error, folder::Folder};
use std::{
    ffi::OsStr,
    fs,
    io::{self, BufRead as _, BufReader, Write as _},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, ChildStderr, ChildStdin, Stdio},
};

/// What a server is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// To go on.
    Cont,
    Int,
    Kill,
    Quit,
    /// To do nothing until it is told to go on.
    Stop,
    Term,
}

impl Signal {
    const fn name(self) -> &'static str {
        match self {
            Self::Cont => "CONT",
            Self::Int => "INT",
            Self::Kill => "KILL",
            Self::Quit => "QUIT",
            Self::Stop => "STOP",
            Self::Term => "TERM",
        }
    }
}

/// A server that runs in a folder of its own. It ends when this is dropped, and when this process ends.
#[derive(Debug)]
pub(crate) struct Process {
    /// The server's parent. It ends when the server and all the server's children have.
    shell: Child,
    /// Tells the shell what to tell the server; its end is the end of the server.
    pipe: Option<ChildStdin>,
    /// Where the shell says what it has told a server that goes on.
    told: BufReader<ChildStderr>,
    program: String,
    log: PathBuf,
    /// How long the log of earlier processes in the same folder was.
    begin: usize,
}

impl Process {
    /// Starts `program`. `stop` is the signal that ends it at once.
    pub(crate) fn start<A: AsRef<OsStr>>(
        folder: &Folder,
        stop: Signal,
        program: &Path,
        args: impl IntoIterator<Item = A>,
    ) -> Result<Self, Error> {
        Self::start_with::<_, &str, &str>(folder, stop, program, args, [])
    }

    /// As [`start`](Self::start), with some variables in the environment of `program`.
    pub(crate) fn start_with<A: AsRef<OsStr>, K: AsRef<OsStr>, V: AsRef<OsStr>>(
        folder: &Folder,
        stop: Signal,
        program: &Path,
        args: impl IntoIterator<Item = A>,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, Error> {
        let log = folder.path().join("log");
        let begin = fs::read(&log).map_or(0, |log| log.len());
        let mut shell = folder.command("sh")?;
        shell.args(["-c", include_str!("run.sh"), "sh"]).arg(&log).arg(stop.name()).arg(program).args(args);
        // In a group of its own: who interrupts the tests does not interrupt the cleaning up.
        shell.envs(variables).stdin(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut shell = shell.spawn().map_err(Error::file("starting sh"))?;
        let pipe = shell.stdin.take();
        let told = BufReader::new(shell.stderr.take().expect("it is piped"));
        Ok(Self { shell, pipe, told, program: program.display().to_string(), log, begin })
    }

    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.shell.try_wait(), Ok(None))
    }

    /// An error with the last lines of its log if it has ended of its own accord.
    pub(crate) fn check(&mut self) -> Result<(), Error> {
        if self.is_running() {
            return Ok(());
        }
        Err(self.ended())
    }

    fn ended(&self) -> Error {
        let log = self.log();
        let lines: Vec<_> = log.lines().collect();
        let (before, last) = lines.split_at(lines.len().saturating_sub(5));
        // Of what is wrong, some say how they get on with it long after.
        let first = before.iter().filter(|line| line.contains("[error]")).take(3);
        let lines: Vec<_> = first.chain(last).copied().collect();
        Error::program(&self.program, lines.join("\n"))
    }

    /// What it has said until now.
    pub(crate) fn log(&self) -> String {
        let log = fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(log.get(self.begin..).unwrap_or_default()).into_owned()
    }

    /// Tells a server that goes on to pause, or not to pause any more. It has been told when this returns.
    pub(crate) fn tell(&mut self, signal: Signal) -> Result<(), Error> {
        let mut told = String::new();
        let asked = self.pipe.as_mut().map_or(Ok(()), |pipe| writeln!(pipe, "{}", signal.name()));
        match asked.and_then(|()| self.told.read_line(&mut told)) {
            Ok(_) if told.trim_end() == signal.name() => Ok(()),
            // Nobody reads or answers.
            _ => Err(self.ended()),
        }
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
