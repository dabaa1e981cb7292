use super::place::Place;
use crate::given::soon;
use crate::mail::{id, listen, next, outgoing, publish};
use factum_messaging::Transport as _;
use serde_json::json;

#[tokio::test]
async fn as_it_was() {
    let place = Place::new();
    let pubsub = place.connect().await;
    let mut feed = soon(pubsub.listen(listen("billing.eu", &["#"]))).await.unwrap();
    soon(pubsub.prepare(listen("witness", &["#"]))).await.unwrap();
    publish(&pubsub, vec![outgoing("a.b c", 1), outgoing("a.b c", 2)]).await;
    soon(next(&mut feed).await.reject()).await.unwrap();
    assert_eq!(id(&mut feed).await, "2");

    let dead = place.messages(&place.dead()).await;
    let [dead] = dead.as_slice() else { panic!("{dead:?}") };
    let published = place.messages(&format!("{}-witness", place.topic)).await;
    let mut expected = published[0]["attributes"].clone();
    assert_eq!(expected["ce-id"], "1");
    expected["factum-consumer"] = "billing.eu".into();
    assert_eq!(dead["attributes"], expected);
    assert_eq!(dead["data"], published[0]["data"]);
    assert_eq!(dead["orderingKey"], "a.b c");
}

#[tokio::test]
async fn and_so_does_what_cannot_be_read() {
    let place = Place::new();
    let pubsub = place.connect().await;
    let mut feed = soon(pubsub.listen(listen("reader", &["#"]))).await.unwrap();
    let messages = json!([
        { "data": "d2hhdD8=" },
        { "data": "d2hhdD8=", "attributes": { "ce-specversion": "1.0", "mine": "yes" } },
        { "data": "d2hhdD8=", "attributes": { "content-type": "application/cloudevents+json" } },
    ]);
    let path = format!("topics/{}:publish", place.topic);
    place.ask("POST", &path, &json!({ "messages": messages })).await;
    publish(&pubsub, vec![outgoing("a", 1)]).await;
    assert_eq!(id(&mut feed).await, "1");
    let found = async {
        let mut dead = Vec::new();
        while dead.len() < 3 {
            // The subscription is made with the first of them.
            let path = format!("subscriptions/{}", place.dead());
            if place.ask("GET", &path, &json!(null)).await["name"].is_string() {
                dead.extend(place.messages(&place.dead()).await);
            }
        }
        dead
    };
    let dead = soon(found).await;
    assert!(dead.iter().all(|dead| dead["data"] == "d2hhdD8="), "{dead:?}");
    assert!(dead.iter().any(|dead| dead["attributes"]["mine"] == "yes"), "{dead:?}");
}
