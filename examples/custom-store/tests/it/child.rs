//! Another process: this test binary, told by its environment to be one.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

const PATH: &str = "CUSTOM_STORE_CHILD_OF";

/// The path of the store, in the process that a test has started.
pub(crate) fn is_child() -> Option<PathBuf> {
    env::var_os(PATH).map(PathBuf::from)
}

/// Says something to the parent; it is with the parent when this returns, whatever becomes of this process.
pub(crate) fn say(line: &str) {
    // In one piece, and on a line of its own whatever the test harness has printed before.
    std::io::stdout().lock().write_all(format!("\n> {line}\n").as_bytes()).unwrap();
}

/// A process that runs the test `name` of this binary again.
pub(crate) struct Process {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Process {
    pub(crate) fn start(name: &str, store: &Path) -> Self {
        Self::by(&mut Command::new(env::current_exe().unwrap()), name, store)
    }

    /// One whose files cannot grow beyond `blocks` of 512 bytes: to it the disk is full then.
    #[cfg(unix)]
    pub(crate) fn with_full_disk(name: &str, store: &Path, blocks: u32) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")]);
        Self::by(shell.arg(env::current_exe().unwrap()), name, store)
    }

    fn by(command: &mut Command, name: &str, store: &Path) -> Self {
        command.args(["--exact", name, "--nocapture"]).env(PATH, store).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        Self { child, said }
    }

    /// The next thing it says; `None` once it has ended.
    pub(crate) fn next(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.said.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            // A line that was cut off was not said.
            if let Some(said) = line.strip_prefix("> ").and_then(|said| said.strip_suffix('\n')) {
                return Some(said.to_owned());
            }
        }
    }

    /// Everything else that it says.
    pub(crate) fn rest(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.next()).collect()
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
