use super::place::Place;
use crate::given::soon;
use crate::mail::{event, id, listen, next, outgoing, publish};
use factum_messaging::{
    Transport as _,
    transport::{Outgoing, PublishError},
};
use std::collections::BTreeSet;

#[tokio::test]
async fn without_what_is_refused_and_what_is_behind_it() {
    let place = Place::new();
    let id_of = format!("{}-1", place.topic);
    let kafka = place.config().transactional_id(&id_of).connect().await.unwrap();
    let mut feed = soon(kafka.listen(listen("reader", &["#"]).alone())).await.unwrap();
    let large = event("large").with_data(vec![b'1'; 2_000_000]);
    let messages = vec![
        outgoing("a", 1),
        outgoing("b", 2),
        Outgoing::new("b".parse().unwrap(), "b", large),
        outgoing("b", 3),
        outgoing("a", 4),
    ];
    let results = soon(kafka.publish(messages)).await;
    let is_so = matches!(
        &results[..],
        [Ok(()), Ok(()), Err(PublishError::Refused(_)), Err(PublishError::Behind), Ok(())]
    );
    assert!(is_so, "{results:?}");
    // The library's brokers take nothing back: what was sent with the large one, and sent again without it, comes twice.
    let mut found = BTreeSet::new();
    while found.len() < 3 {
        found.insert(id(&mut feed).await);
    }
    assert!(found.iter().eq(["1", "2", "4"]), "{found:?}");
    publish(&kafka, vec![outgoing("c", 5), outgoing("d", 6)]).await;
}

#[tokio::test]
async fn whoever_has_the_id_next_goes_on() {
    let place = Place::new();
    let config = || place.config().transactional_id(format!("{}-1", place.topic));
    let one = config().connect().await.unwrap();
    let mut feed = soon(one.listen(listen("reader", &["#"]).alone())).await.unwrap();
    publish(&one, vec![outgoing("a", 1)]).await;
    let next_one = config().connect().await.unwrap();
    publish(&next_one, vec![outgoing("a", 2)]).await;
    assert_eq!([id(&mut feed).await, id(&mut feed).await], ["1", "2"]);
    // A dead letter is one in a transaction of its own.
    publish(&next_one, vec![outgoing("a", 3)]).await;
    let mut feed_of_next = soon(next_one.listen(listen("other", &["#"]).alone())).await.unwrap();
    publish(&next_one, vec![outgoing("a", 4)]).await;
    soon(next(&mut feed_of_next).await.reject()).await.unwrap();
    assert_eq!(place.records(&place.dead(), 1).await.len(), 1);
}
