//! A server must not outlive the tests that it was started for, however they end.

use crate::client::{Client, PATIENCE};
use factum_services::postgres::Cluster;
use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// Tells a test in a process of its own what to do.
const ROLE: &str = "FACTUM_TEST_ROLE";

/// Runs the test `name` of this program in another process, and hears from it the address of a server.
fn start(name: &str, role: &str) -> (Child, String) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(ROLE, role)
        // So that it starts a server for its process, whoever listens.
        .env_remove("FACTUM_POSTGRES_URL")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let said = lines.map_while(Result::ok).find_map(|line| Some(line.strip_prefix("> ")?.to_owned()));
    (child, said.unwrap())
}

/// In the other process: says `word`, and stays until it is killed.
fn say_and_stay(word: &str) -> ! {
    println!("\n> {word}");
    std::io::stdin().lines().for_each(drop);
    panic!("nobody killed this process");
}

async fn wait_until_gone(url: &str, folder: &Path) {
    let deadline = Instant::now() + PATIENCE;
    while Client::try_connect(url).await.is_some() || fs::exists(folder).unwrap() {
        assert!(Instant::now() < deadline, "{url} and {} have outlived their process", folder.display());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn folder_of(url: &str) -> std::path::PathBuf {
    let data = Client::connect(url).await.column("SHOW data_directory").await;
    Path::new(&data[0]).parent().unwrap().to_owned()
}

const KILLED: &str = "a_cluster_is_gone_with_its_process::a_cluster_is_gone_when_its_process_is_killed";

#[tokio::test]
async fn a_cluster_is_gone_when_its_process_is_killed() {
    if env::var_os(ROLE).is_some() {
        let cluster = Cluster::builder().start().await.unwrap();
        say_and_stay(&cluster.url("postgres"));
    }
    let (mut child, url) = start(KILLED, "start");
    let folder = folder_of(&url).await;
    assert!(fs::exists(&folder).unwrap());
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until_gone(&url, &folder).await;
}
