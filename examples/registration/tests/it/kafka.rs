//! By Kafka, a cluster of which the client's library plays in this process.

use crate::two_programs::a_reader_is_listed_once;
use rdkafka::mocking::MockCluster;

#[tokio::test]
async fn a_reader_is_listed_once_however_often_a_message_comes_and_whoever_is_killed() {
    let cluster = MockCluster::new(1).unwrap();
    a_reader_is_listed_once(&format!("kafka://{}", cluster.bootstrap_servers()), "kafka").await;
}
