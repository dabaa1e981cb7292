//! A folder with a store in it, and the command run there.

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};
use tempfile::TempDir;

pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder for the test") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).expect("a file for the test");
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("the file is there")
    }

    /// The command with these arguments, separated by spaces; the store is `factum.db` in the folder.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_factum"));
        command.args(arguments.split_whitespace()).current_dir(self.folder.path()).env_remove("FACTUM_STORE");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &str) -> Ran {
        self.command(arguments).output().expect("it runs").into()
    }

    /// What a run that succeeds prints.
    pub(crate) fn ok(&self, arguments: &str) -> String {
        let ran = self.run(arguments);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{arguments}: {}", ran.stdout);
        ran.stdout
    }

    /// The objects that a run that succeeds prints, one a line.
    pub(crate) fn objects(&self, arguments: &str) -> Vec<serde_json::Value> {
        self.ok(arguments).lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    pub(crate) fn run_with_input(&self, arguments: &str, input: &[u8]) -> Ran {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().expect("it runs");
        let mut stdin = child.stdin.take().expect("piped");
        thread::scope(|scope| {
            // A command that stops early closes its end.
            scope.spawn(move || drop(stdin.write_all(input)));
            child.wait_with_output().expect("it ends").into()
        })
    }
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// Standard output of a running command, line by line.
pub(crate) struct Printed {
    lines: Receiver<String>,
}

impl Printed {
    pub(crate) fn by(child: &mut Child) -> Self {
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { lines }
    }

    /// The next line, `None` at the end. A test that waits for a line that never comes fails instead of hanging.
    pub(crate) fn next(&self) -> Option<String> {
        match self.lines.recv_timeout(Duration::from_secs(60)) {
            Ok(line) => Some(line),
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => None,
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => panic!("nothing was printed for a minute"),
        }
    }
}
