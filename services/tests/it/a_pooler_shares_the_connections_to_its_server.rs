use crate::client::Client;
use factum_services::{
    pgbouncer::PgBouncer,
    postgres::{Database, Server},
};

const PROCESS: &str = "SELECT pg_backend_pid()";

#[tokio::test]
async fn a_pooler_shares_the_connections_to_its_server() {
    let database = Database::in_found().await.unwrap();
    let pooler = PgBouncer::builder().set("default_pool_size", 1).start(database.url()).await.unwrap();
    let url = pooler.url(database.name());
    let (one, other) = (Client::connect(&url).await, Client::connect(&url).await);
    assert_eq!(one.column(PROCESS).await, other.column(PROCESS).await);
    assert_eq!(one.column("SELECT current_database()").await, [database.name()]);

    // What belongs to a session is everybody's.
    one.run("CREATE TEMP TABLE mine (n int)").await;
    other.run("INSERT INTO mine VALUES (1)").await;
}

#[tokio::test]
async fn a_pooler_gives_a_connection_for_a_transaction() {
    let server = Server::find().await.unwrap();
    let database = Database::new(&server).await.unwrap();
    let pooler = PgBouncer::builder().start(&server.url("postgres")).await.unwrap();
    let url = pooler.url(database.name());
    let (one, other) = (Client::connect(&url).await, Client::connect(&url).await);
    one.run("BEGIN").await;
    let held = one.column(PROCESS).await;
    assert_ne!(held, other.column(PROCESS).await);
    assert_eq!(held, one.column(PROCESS).await);
    one.run("COMMIT").await;
}

#[tokio::test]
async fn a_pooler_is_gone_after_it_is_dropped() {
    let server = Server::find().await.unwrap();
    let pooler = PgBouncer::builder().start(&server.url("postgres")).await.unwrap();
    let url = pooler.url("postgres");
    Client::connect(&url).await;
    drop(pooler);
    assert!(Client::try_connect(&url).await.is_none());
}

#[tokio::test]
async fn a_setting_that_the_pooler_refuses_is_named() {
    let server = Server::find().await.unwrap();
    let pooler = PgBouncer::builder().set("pool_mode", "sometimes").start(&server.url("postgres")).await;
    let refused = pooler.unwrap_err().to_string();
    assert!(refused.contains("pool_mode") && refused.lines().count() == 1, "{refused}");
}
