//! By NATS. `cargo xtask test` leaves this module out, and says so, where there is none.

use crate::two_programs::a_reader_is_listed_once;
use factum_services::nats::Nats;

#[tokio::test]
async fn a_reader_is_listed_once_however_often_a_message_comes_and_whoever_is_killed() {
    let server = Nats::builder().start().await.unwrap();
    a_reader_is_listed_once(&server.url(), "nats").await;
}
