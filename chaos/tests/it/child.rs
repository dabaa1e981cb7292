//! Another process: this test binary, told by its environment to be one.

use std::{
    env,
    io::{self, Write as _},
    process::Stdio,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    time::timeout,
};

const NAME: &str = "FACTUM_TEST_NODE";
const URL: &str = "FACTUM_TEST_NODE_URL";

/// The name and the database of the process that a test has started, in that process.
pub(crate) fn is_child() -> Option<(String, String)> {
    Some((env::var(NAME).ok()?, env::var(URL).ok()?))
}

/// Says something to the parent; it is with the parent when this returns, whatever becomes of this process.
pub(crate) fn say(line: &str) {
    // In one piece, and on a line of its own whatever the test harness has printed before.
    let mut output = io::stdout().lock();
    output.write_all(format!("\n> {line}\n").as_bytes()).unwrap();
    output.flush().unwrap();
}

/// A process that runs the test of this name again. It is killed when this is dropped.
pub(crate) struct Process {
    child: Child,
    said: Lines<BufReader<ChildStdout>>,
    input: ChildStdin,
}

impl Process {
    pub(crate) fn start(test: &str, name: &str, url: &str) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .envs([(NAME, name), (URL, url)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        let input = child.stdin.take().unwrap();
        Self { child, said, input }
    }

    /// Waits until it says this, so many times; whatever else it says before is passed over.
    pub(crate) async fn says(&mut self, line: &str, times: usize) {
        let mut other = Vec::new();
        let heard = async {
            let mut left = times;
            while left > 0 {
                let Some(said) = self.said.next_line().await.unwrap() else { return false };
                match said.strip_prefix("> ") {
                    Some(said) if said == line => left -= 1,
                    Some(said) => other.push(said.to_owned()),
                    None => {}
                }
            }
            true
        };
        let heard = timeout(Duration::from_secs(60), heard).await;
        assert!(matches!(heard, Ok(true)), "it was to say {line:?} {times} times, and has said {other:?}");
    }

    /// It hears that when it runs again, if it is stopped.
    pub(crate) async fn tell(&mut self, line: &str) {
        self.input.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }

    /// SIGKILL; it has ended when this returns.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// SIGSTOP; none of its threads runs any more when this returns.
    pub(crate) async fn stop(&self) {
        self.signal("STOP").await;
        // The system stops one thread after the other, and says so when it has.
        let is_stopped = async || {
            let id = self.child.id().unwrap().to_string();
            let asked = Command::new("ps").args(["-o", "state=", "-p", &id]).output().await.unwrap();
            asked.stdout.starts_with(b"T")
        };
        crate::place::until("a process to be stopped", is_stopped).await;
    }

    /// SIGCONT.
    pub(crate) async fn go_on(&self) {
        self.signal("CONT").await;
    }

    async fn signal(&self, signal: &str) {
        let kill = format!("kill -{signal} {}", self.child.id().unwrap());
        assert!(Command::new("sh").args(["-c", &kill]).status().await.unwrap().success(), "{kill}");
    }
}
