use crate::client::Client;
use factum_services::postgres::{Database, Server};

async fn exists(server: &Server, name: &str) -> bool {
    let client = Client::connect(&server.url("postgres")).await;
    !client.column(&format!("SELECT datname FROM pg_database WHERE datname = '{name}'")).await.is_empty()
}

#[tokio::test]
async fn a_database_is_gone_after_it_is_dropped() {
    let database = Database::in_found().await.unwrap();
    let (server, name) = (database.server().clone(), database.name().to_owned());
    assert!(exists(&server, &name).await);
    let connected = Client::connect(database.url()).await;
    assert_eq!(connected.column("SELECT current_database()").await, [name.as_str()]);

    drop(database);
    assert!(!exists(&server, &name).await);
    connected.wait_for_the_end().await;
}

#[tokio::test]
async fn a_database_is_gone_after_it_is_closed() {
    let server = Server::find().await.unwrap();
    let database = Database::new(&server).await.unwrap();
    let name = database.name().to_owned();
    assert!(exists(&server, &name).await);
    database.close().await.unwrap();
    assert!(!exists(&server, &name).await);
}

#[tokio::test]
async fn two_databases_have_nothing_in_common() {
    let (one, other) = (Database::in_found().await.unwrap(), Database::in_found().await.unwrap());
    assert_ne!(one.name(), other.name());
    Client::connect(one.url()).await.run("CREATE TABLE mine (n int)").await;
    let tables = "SELECT relname FROM pg_class WHERE relname = 'mine'";
    assert!(Client::connect(other.url()).await.column(tables).await.is_empty());
}
