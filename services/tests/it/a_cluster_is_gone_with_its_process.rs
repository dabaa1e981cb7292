//! A server must not outlive the tests that it was started for, however they end.

use crate::{
    client::Client,
    other_process::{ROLE, say_and_wait, start, wait_until},
};
use factum_services::{
    pgbouncer::PgBouncer,
    postgres::{Cluster, Server},
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

async fn wait_until_gone(url: &str, folder: &Path) {
    let what = format!("{url} and {} have gone", folder.display());
    wait_until(&what, async || Client::try_connect(url).await.is_none() && !fs::exists(folder).unwrap())
        .await;
}

/// The folder of all there is of the cluster at `url`.
async fn folder_of(url: &str) -> PathBuf {
    let data = Client::connect(url).await.column("SHOW data_directory").await;
    Path::new(&data[0]).parent().unwrap().to_owned()
}

const NAME: &str = "a_cluster_is_gone_with_its_process::";

#[tokio::test]
async fn a_cluster_is_gone_when_its_process_is_killed() {
    if env::var_os(ROLE).is_some() {
        let cluster = Cluster::builder().start().await.unwrap();
        return say_and_wait(&cluster.url("postgres"));
    }
    let (mut child, url) = start(&format!("{NAME}a_cluster_is_gone_when_its_process_is_killed"), "");
    let folder = folder_of(&url).await;
    // A server that is at work is stopped all the same.
    let busy = Client::connect(&url).await;
    let busy =
        tokio::spawn(async move { busy.try_run("SELECT count(*) FROM generate_series(1, 1e12)").await });
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until_gone(&url, &folder).await;
    assert!(!busy.await.unwrap());
}

#[tokio::test]
async fn a_cluster_that_nobody_drops_is_gone_when_its_process_ends() {
    static NEVER_DROPPED: OnceLock<Cluster> = OnceLock::new();
    if env::var_os(ROLE).is_some() {
        let cluster = Cluster::builder().start().await.unwrap();
        say_and_wait(&NEVER_DROPPED.get_or_init(|| cluster).url("postgres"));
        panic!("as a test does that fails");
    }
    let name = format!("{NAME}a_cluster_that_nobody_drops_is_gone_when_its_process_ends");
    let (mut child, url) = start(&name, "");
    let folder = folder_of(&url).await;
    // Its end is the word.
    drop(child.stdin.take());
    assert!(!child.wait().unwrap().success());
    wait_until_gone(&url, &folder).await;
}

#[tokio::test]
async fn a_pooler_is_gone_when_its_process_is_killed() {
    if let Ok(server) = env::var(ROLE) {
        let pooler = PgBouncer::builder().start(&server).await.unwrap();
        return say_and_wait(&pooler.url("postgres"));
    }
    let server = Server::find().await.unwrap();
    let name = format!("{NAME}a_pooler_is_gone_when_its_process_is_killed");
    let (mut child, url) = start(&name, &server.url("postgres"));
    Client::connect(&url).await;
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until(&format!("{url} has ended"), async || Client::try_connect(&url).await.is_none()).await;
}
