use factum_services::{
    Error,
    mosquitto::Mosquitto,
    nats::Nats,
    pgbouncer::PgBouncer,
    postgres::{Cluster, Database, Server},
    rabbitmq::RabbitMq,
};
use tokio::task::JoinHandle;

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

/// Never called, since each of these has tests of its own.
#[expect(dead_code)]
fn those_that_pass_messages_on() -> [JoinHandle<Result<(), Error>>; 3] {
    let rabbitmq = tokio::spawn(async {
        let own = RabbitMq::builder().start().await?;
        own.wait_until_kept("queue").await?;
        own.kill().await?;
        own.start().await?;
        own.stop().await
    });
    let nats = tokio::spawn(async {
        let own = Nats::builder().start().await?;
        own.kill().await?;
        own.start().await?;
        own.stop().await
    });
    let mosquitto = tokio::spawn(async {
        let own = Mosquitto::builder().start().await?;
        own.kill().await?;
        own.start().await?;
        own.stop().await
    });
    [rabbitmq, nats, mosquitto]
}
