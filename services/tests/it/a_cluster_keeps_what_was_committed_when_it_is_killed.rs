use crate::client::Client;
use factum_services::postgres::Cluster;
use std::{fs, time::Duration};
use tokio::time::timeout;

/// How many processes run, apart from those that have ended and whose end nobody has taken note of yet: they have no
/// command line any more. Known on Linux alone.
fn running(processes: &[String]) -> usize {
    let command_lines = processes.iter().filter_map(|id| fs::read(format!("/proc/{id}/cmdline")).ok());
    command_lines.filter(|line| !line.is_empty()).count()
}

#[tokio::test]
async fn a_cluster_keeps_what_was_committed_when_it_is_killed() {
    let cluster = Cluster::builder().set("max_prepared_transactions", 7).start().await.unwrap();
    let url = cluster.url("postgres");
    let client = Client::connect(&url).await;
    client.run("CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)").await;
    client.run("BEGIN; INSERT INTO kept VALUES (2); PREPARE TRANSACTION 'two'").await;
    client.run("BEGIN; INSERT INTO kept VALUES (3)").await;
    let processes = client.column("SELECT pid::text FROM pg_stat_activity").await;
    if cfg!(target_os = "linux") {
        assert!(processes.len() > 2 && running(&processes) == processes.len(), "{processes:?}");
    }

    cluster.kill9().await.unwrap();
    assert_eq!(running(&processes), 0);
    client.wait_for_the_end().await;
    let state = cluster.run("pg_controldata", [cluster.data_dir()]).await.unwrap();
    assert!(String::from_utf8_lossy(&state).contains("in production"), "a checkpoint was written");
    assert!(Client::try_connect(&url).await.is_none());

    cluster.start().await.unwrap();
    assert_eq!(cluster.url("postgres"), url);
    let client = Client::connect(&url).await;
    assert_eq!(client.column("SELECT n::text FROM kept").await, ["1"]);
    assert_eq!(client.column("SELECT gid FROM pg_prepared_xacts").await, ["two"]);
    client.run("COMMIT PREPARED 'two'").await;

    cluster.stop().await.unwrap();
    let state = cluster.run("pg_controldata", [cluster.data_dir()]).await.unwrap();
    assert!(String::from_utf8_lossy(&state).contains("shut down"), "no checkpoint was written");
    cluster.start().await.unwrap();
    let client = Client::connect(&url).await;
    assert_eq!(client.column("SELECT n::text FROM kept ORDER BY n").await, ["1", "2"]);
}

#[tokio::test]
async fn a_cluster_is_as_durable_as_postgres_is_and_speaks_utf8() {
    let cluster = Cluster::builder().set("application_name", "it's").start().await.unwrap();
    let client = Client::connect(&cluster.url("postgres")).await;
    for (setting, value) in [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("server_encoding", "UTF8"),
        ("max_prepared_transactions", "0"),
        ("application_name", "it's"),
    ] {
        assert_eq!(client.column(&format!("SHOW {setting}")).await, [value], "{setting}");
    }
    let dump = cluster.run("pg_dump", ["--schema-only", "postgres"]).await.unwrap();
    assert!(String::from_utf8_lossy(&dump).contains("PostgreSQL database dump complete"));
    let refused = cluster.run("pg_dump", ["nowhere"]).await.unwrap_err().to_string();
    assert!(refused.contains("\"nowhere\" does not exist") && refused.lines().count() == 1, "{refused}");

    let folder = cluster.data_dir();
    assert!(fs::exists(&folder).unwrap());
    drop(cluster);
    assert!(!fs::exists(folder.parent().unwrap()).unwrap());
}

#[tokio::test]
async fn a_cluster_that_has_just_begun_to_start_can_be_stopped() {
    let cluster = Cluster::builder().start().await.unwrap();
    for _ in 0..3 {
        cluster.stop().await.unwrap();
        timeout(Duration::ZERO, cluster.start()).await.unwrap_err();
    }
    let folder = cluster.data_dir();
    drop(cluster);
    assert!(!fs::exists(folder).unwrap());
}

#[tokio::test]
async fn a_setting_that_postgres_refuses_is_named() {
    let refused = Cluster::builder().set("max_connections", "many").start().await.unwrap_err().to_string();
    assert!(refused.contains("max_connections") && refused.lines().count() == 1, "{refused}");
}
