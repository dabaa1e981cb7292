use factum_services::{
    Error,
    pgbouncer::PgBouncer,
    postgres::{Cluster, Database, Server},
};

/// That it compiles is the test: a task may move between threads.
#[tokio::test]
async fn servers_can_be_started_and_used_in_any_task() {
    let task = tokio::spawn(async {
        let server = Server::find().await?;
        let database = Database::new(&server).await?;
        let pooler = PgBouncer::builder().start(database.url()).await?;
        assert_ne!(pooler.url(database.name()), database.url());
        database.close().await?;
        let cluster = Cluster::builder().start().await?;
        cluster.kill9().await?;
        cluster.start().await?;
        cluster.stop().await?;
        cluster.run("psql", ["--version"]).await
    });
    let version: Result<Vec<u8>, Error> = task.await.unwrap();
    assert!(version.unwrap().starts_with(b"psql (PostgreSQL)"));
}
