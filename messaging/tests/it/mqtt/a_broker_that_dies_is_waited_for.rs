use super::place::Place;
use crate::given::soon;
use crate::mail::{id, listen, next, outgoing, publish, until};
use factum_messaging::{
    Transport as _,
    mqtt::{MqttConfig, Qos},
    transport::PublishError,
};
use factum_services::mosquitto::Mosquitto;
use std::time::{Duration, Instant};

/// One that saves what it has when it is stopped, and never before.
pub(super) async fn server() -> Mosquitto {
    let server = Mosquitto::builder().set("autosave_on_changes", false).set("autosave_interval", 0);
    server.start().await.unwrap()
}

async fn goes_on(qos: Qos) {
    let server = server().await;
    let place = Place::at(server.url());
    let mqtt = place.config().qos(qos).connect().await.unwrap();
    let mut feed = soon(mqtt.listen(listen("reader", &["#"]))).await.unwrap();
    publish(&mqtt, (1..=3).map(|n| outgoing("a", n)).collect()).await;
    assert_eq!(id(&mut feed).await, "1");
    let (acknowledged, in_hand) = (next(&mut feed).await, next(&mut feed).await);
    server.stop().await.unwrap();
    until(async || mqtt.publish(vec![outgoing("a", 4)]).await[0].is_err()).await;
    let from = Instant::now();
    let results = mqtt.publish((0..500).map(|n| outgoing(&format!("a.{n}"), n)).collect()).await;
    assert!(from.elapsed() < Duration::from_secs(1), "{:?}", from.elapsed());
    assert!(results.iter().all(|result| {
        matches!(result, Err(PublishError::Unavailable(error)) if error.is_transient())
            || matches!(result, Err(PublishError::Behind))
    }));
    assert!(soon(mqtt.listen(listen("other", &["#"]))).await.is_err_and(|error| error.is_transient()));
    acknowledged.ack().await.unwrap();
    server.start().await.unwrap();
    until(async || mqtt.publish(vec![outgoing("b", 5)]).await[0].is_ok()).await;
    // The one in hand is not given again, although the broker sends it again; nor is the one that was done meanwhile. That the first
    // one was acknowledged may not have been heard before the end.
    let mut ids = vec![id(&mut feed).await];
    while ids.last().is_none_or(|id| id != "5") {
        ids.push(id(&mut feed).await);
    }
    assert!(ids.iter().all(|id| id != "2" && id != "3"), "{ids:?}");
    in_hand.ack().await.unwrap();
    publish(&mqtt, vec![outgoing("b", 6)]).await;
    assert_eq!(id(&mut feed).await, "6");
    drop(feed);
    let mut feed = soon(mqtt.listen(listen("reader", &["#"]))).await.unwrap();
    publish(&mqtt, vec![outgoing("b", 7)]).await;
    assert_eq!(id(&mut feed).await, "7");
}

#[tokio::test]
async fn with_what_is_delivered_at_least_once() {
    goes_on(Qos::AtLeastOnce).await;
}

#[tokio::test]
async fn with_what_is_delivered_exactly_once() {
    goes_on(Qos::ExactlyOnce).await;
}

#[tokio::test]
async fn also_when_it_has_forgotten_everything() {
    let server = server().await;
    let place = Place::at(server.url());
    let mqtt = place.connect().await;
    let mut feed = soon(mqtt.listen(listen("reader", &["#"]))).await.unwrap();
    publish(&mqtt, vec![outgoing("a", 1)]).await;
    let in_hand = next(&mut feed).await;
    server.kill().await.unwrap();
    server.start().await.unwrap();
    until(async || mqtt.publish(vec![outgoing("b", 2)]).await[0].is_ok()).await;
    in_hand.ack().await.unwrap();
    // Nothing is kept for the feed before it is there again, which is not for the publisher to know.
    let publishing = async {
        loop {
            let _ = mqtt.publish(vec![outgoing("b", 4)]).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        () = publishing => {}
        () = async { while id(&mut feed).await != "4" {} } => {}
    }
}

#[tokio::test]
async fn unless_it_was_never_there() {
    for (config, is_transient) in [
        (MqttConfig::new("mqtt://127.0.0.1:1"), true),
        (MqttConfig::new("http://127.0.0.1"), false),
        (Place::new().config().prefix("a/#"), false),
        (Place::new().config().prefix("$SYS"), false),
    ] {
        let error = soon(config.connect()).await.unwrap_err();
        assert_eq!(error.is_transient(), is_transient, "{error:?}");
    }
}

#[tokio::test]
async fn who_is_not_welcome_is_told_so() {
    let server = Mosquitto::builder().set("password_file", "/dev/null").start().await.unwrap();
    let error = soon(Place::at(server.url().replace("//", "//me:secret@")).config().connect()).await;
    let error = error.unwrap_err();
    assert!(!error.is_transient(), "{error:?}");
    assert!(!format!("{error:?}").contains("secret"));
}

#[tokio::test]
async fn what_is_too_large_for_it_is_refused() {
    let server = Mosquitto::builder().set("max_packet_size", 2_000).start().await.unwrap();
    let place = Place::at(server.url());
    let mqtt = place.connect().await;
    let large = outgoing("a", "x".repeat(1_500));
    let many_levels = outgoing(&vec!["a"; 201].join("."), 2);
    let results = soon(mqtt.publish(vec![outgoing("b", 1), large, many_levels, outgoing("c", 3)])).await;
    let is_refused = |index: usize| matches!(&results[index], Err(PublishError::Refused(_)));
    assert!(results[0].is_ok() && is_refused(1) && is_refused(2) && results[3].is_ok(), "{results:?}");
}
