use crate::program;
use factum_services::nats::Nats;

#[tokio::test]
async fn two_processes_find_each_other() {
    let nats = Nats::builder().start().await.unwrap();
    let url = nats.url();
    tokio::task::spawn_blocking(move || program::check(&url)).await.unwrap();
}
