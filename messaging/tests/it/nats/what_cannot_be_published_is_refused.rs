use super::place::Place;
use crate::given::soon;
use crate::mail::{event, id, listen, outgoing, publish};
use factum_messaging::{
    Transport as _,
    transport::{Outgoing, PublishError},
};

async fn is_refused(place: &Place, outgoing_one: Outgoing) -> String {
    let nats = place.connect().await;
    let mut feed = soon(nats.listen(listen("reader", &["#"]))).await.unwrap();
    let mut results = soon(nats.publish(vec![outgoing("a.b", 1), outgoing_one, outgoing("c", 2)])).await;
    assert!(results[0].is_ok() && results[2].is_ok(), "{results:?}");
    let mut ids = vec![id(&mut feed).await, id(&mut feed).await];
    ids.sort_unstable();
    assert_eq!(ids, ["1", "2"]);
    publish(&nats, vec![outgoing("a.b", 3)]).await;
    match results.remove(1) {
        Err(PublishError::Refused(error)) => format!("{error:?}"),
        result => panic!("{result:?}"),
    }
}

#[tokio::test]
async fn if_it_is_larger_than_the_server_permits() {
    let large = event(0).with_data(vec![b'1'; 1024 * 1024]);
    let refused = is_refused(&Place::new(), Outgoing::new("a.large".parse().unwrap(), "large", large)).await;
    assert!(refused.contains("1048576"), "{refused}");
}

#[tokio::test]
async fn if_its_topic_is_longer_than_a_line_of_the_server() {
    let long = format!("a.{}", "x".repeat(4_000));
    let refused = is_refused(&Place::new(), outgoing(&long, 0)).await;
    assert!(refused.contains("the limit is 3968"), "{refused}");
}

#[tokio::test]
async fn but_not_if_its_topic_just_fits() {
    let place = Place::new();
    let nats = place.connect().await;
    let topic = format!("a.{}", "x".repeat(3_968 - place.name.len() - 3));
    let mut feed = soon(nats.listen(listen("reader", &["#"]))).await.unwrap();
    let mut exact = soon(nats.listen(listen("exact", &[&topic, "b"]))).await.unwrap();
    publish(&nats, vec![outgoing(&topic, 1)]).await;
    assert_eq!(id(&mut feed).await, "1");
    assert_eq!(id(&mut exact).await, "1");
}
