//! Two programs by NATS. `cargo xtask test` leaves this module out, and says so, where there is none.

use crate::two_programs::add_up_whichever_is_killed;
use factum_services::nats;

#[tokio::test]
async fn two_programs_add_up_whichever_is_killed() {
    add_up_whichever_is_killed(&nats::Server::find().await.unwrap().url()).await;
}
