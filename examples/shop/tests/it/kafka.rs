//! Two programs by Kafka, a cluster of which the client's library plays in this process.

use crate::two_programs::add_up_whichever_is_killed;
use rdkafka::mocking::MockCluster;

#[tokio::test]
async fn two_programs_add_up_whichever_is_killed() {
    let cluster = MockCluster::new(1).unwrap();
    add_up_whichever_is_killed(&format!("kafka://{}", cluster.bootstrap_servers())).await;
}
