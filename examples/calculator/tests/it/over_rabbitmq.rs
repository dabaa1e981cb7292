use crate::program;
use factum_services::rabbitmq::RabbitMq;

#[tokio::test]
async fn two_processes_find_each_other() {
    let rabbitmq = RabbitMq::builder().start().await.unwrap();
    let url = rabbitmq.url();
    tokio::task::spawn_blocking(move || program::check(&url)).await.unwrap();
}
