use super::Server;
use crate::{
    port,
    postgres::{Cluster, Database, session::Session},
};

async fn make(cluster: &Cluster, user: &str) -> String {
    let session = Session::open(&cluster.url("postgres")).await.unwrap();
    session.run("making a user", &format!("CREATE ROLE {user}")).await.unwrap();
    let name = user.split(' ').next().unwrap();
    cluster.url("postgres").replace("postgres@", &format!("{name}@"))
}

#[tokio::test]
async fn a_server_that_is_named_is_the_one() {
    let cluster = Cluster::builder().start().await.unwrap();
    let named = make(&cluster, "maker LOGIN CREATEDB").await;
    let server = Server::named(&named).await.unwrap();
    assert_eq!(server.url("postgres"), named);
    Database::new(&server).await.unwrap().close().await.unwrap();

    let powerless = make(&cluster, "powerless LOGIN").await;
    let refused = Server::named(&powerless).await.unwrap_err().to_string();
    assert_eq!(refused, "FACTUM_POSTGRES_URL: its user may not make databases");
    let unknown = powerless.replace("powerless", "unknown");
    let refused = Server::named(&unknown).await.unwrap_err().to_string();
    assert!(refused.starts_with("FACTUM_POSTGRES_URL: ") && refused.contains("\"unknown\""), "{refused}");
    assert_eq!(refused.lines().count(), 1);
    let refused = Server::named("localhost").await.unwrap_err().to_string();
    assert!(refused.contains("not of the form postgres://"), "{refused}");
}

#[tokio::test]
async fn a_server_that_listens_is_taken_rather_than_started() {
    let cluster = Cluster::builder().start().await.unwrap();
    let server = Server::listening_or_started(cluster.port()).await.unwrap();
    assert_eq!(server.url("d"), cluster.url("d"));
}

#[tokio::test]
async fn a_server_is_started_where_none_listens() {
    let nobody = port::free().next().unwrap().unwrap();
    let server = Server::listening_or_started(nobody).await.unwrap();
    let database = Database::new(&server).await.unwrap();
    let session = Session::open(database.url()).await.unwrap();
    let folder: String = session.query_one("SHOW data_directory", &[]).await.unwrap().get(0);
    drop((session, database, server));
    assert!(!std::fs::exists(folder).unwrap(), "it is stopped with its last user");
}
