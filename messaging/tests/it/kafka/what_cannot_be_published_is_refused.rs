use super::place::Place;
use crate::given::soon;
use crate::mail::{event, id, listen, outgoing};
use factum_messaging::{
    Transport as _,
    kafka::KafkaConfig,
    transport::{Outgoing, PublishError},
};

#[tokio::test]
async fn as_too_large() {
    let place = Place::new();
    let kafka = place.config().max_message_bytes(10_000).connect().await.unwrap();
    let mut feed = soon(kafka.listen(listen("reader", &["#"]).alone())).await.unwrap();
    let large = Outgoing::new("a".parse().unwrap(), "a", event("large").with_data(vec![b'1'; 10_000]));
    let results = soon(kafka.publish(vec![large, outgoing("a", 1), outgoing("b", 2)])).await;
    let is_so = matches!(&results[..], [Err(PublishError::Refused(_)), Err(PublishError::Behind), Ok(())]);
    assert!(is_so, "{results:?}");
    assert_eq!(id(&mut feed).await, "2");
}

#[tokio::test]
async fn and_what_is_misnamed_is_no_connection() {
    let place = Place::new();
    for config in [place.config().topic("a b"), place.config().topic_of("order", "")] {
        let error = soon(config.connect()).await.unwrap_err();
        assert!(!error.is_transient() && format!("{error:?}").contains("topic"), "{error:?}");
    }
    let misspelt = soon(KafkaConfig::new(&place.url).set("no.such.thing", "1").connect()).await.unwrap_err();
    assert!(!misspelt.is_transient() && format!("{misspelt:?}").contains("no.such.thing"), "{misspelt:?}");
}
