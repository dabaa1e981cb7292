//! Another process of this test program, which a test may end as it likes.

use crate::client::PATIENCE;
use std::{
    env,
    io::{self, BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// In the environment of the other process: the address of a server that it may need.
pub(crate) const ROLE: &str = "FACTUM_TEST_ROLE";

/// Runs the test `name` of this program in another process, and hears from it the address of what it has started.
pub(crate) fn start(name: &str, server: &str) -> (Child, String) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(ROLE, server)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let said = lines.map_while(Result::ok).find_map(|line| Some(line.strip_prefix("> ")?.to_owned()));
    (child, said.unwrap())
}

/// In the other process: says something, and waits until it is killed or its input ends.
pub(crate) fn say_and_wait(word: &str) {
    println!("\n> {word}");
    io::stdin().lines().for_each(drop);
}

pub(crate) async fn wait_until(what: &str, condition: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition().await {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
