use super::place::Place;
use crate::given::soon;
use crate::mail::{id, listen, outgoing, publish};
use factum_messaging::{Transport as _, transport::PublishError};
use factum_services::google_pubsub::Emulator;
use std::time::Duration;

/// What it had is gone with it, and so the topic and the subscription, which are made again.
#[tokio::test]
async fn with_all_that_was_declared() {
    let emulator = Emulator::start().await.unwrap();
    let place = Place::at(emulator.url());
    let pubsub = place.connect().await;
    let mut feed = soon(pubsub.listen(listen("reader", &["#"]))).await.unwrap();
    publish(&pubsub, vec![outgoing("a", 1)]).await;
    assert_eq!(id(&mut feed).await, "1");

    emulator.kill().await.unwrap();
    let results = soon(pubsub.publish(vec![outgoing("a", 2), outgoing("a", 3)])).await;
    assert!(
        matches!(&results[..], [Err(PublishError::Unavailable(error)), Err(PublishError::Behind)] if error.is_transient()),
        "{results:?}"
    );
    let error = soon(pubsub.listen(listen("other", &["#"]))).await.err().unwrap();
    assert!(error.is_transient(), "{error:?}");

    emulator.start_again().await.unwrap();
    let comes = async {
        let mut n = 4;
        loop {
            let results = pubsub.publish(vec![outgoing("a", n)]).await;
            // Until the subscription is there again, nothing is kept for it.
            if results[0].is_ok()
                && let Ok(message) = tokio::time::timeout(Duration::from_secs(1), feed.next()).await
            {
                break message.unwrap().unwrap();
            }
            n += 1;
        }
    };
    let message = tokio::time::timeout(Duration::from_secs(60), comes).await.expect("it comes at last");
    message.ack().await.unwrap();
}
