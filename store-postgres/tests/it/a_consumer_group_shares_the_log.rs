//! Members in several processes share the partitions of a group, by the clock of the server.

use crate::{
    conformance::Pooled,
    log::{event, positions},
    place::{Place, until},
};
use factum_core::{Append, ConsumerName, EventAppender, Query, checkpoint::AdvanceError};
use factum_projections::{ConsumerGroup, Delivery, Member};
use factum_store_postgres::PgStore;
use factum_testkit::conformance::Fixture;
use std::{collections::BTreeSet, time::Duration};

async fn append(store: &PgStore, count: u64) {
    let events = (0..count).map(|n| event(&(n % 20).to_string()));
    store.append_one(Append::new(events)).await.unwrap();
}

async fn next(member: &Member) -> Delivery {
    member.next().await.unwrap().expect("the member is not closed")
}

fn numbers(delivery: &Delivery) -> Vec<u64> {
    delivery.events().iter().map(|event| event.position.get()).collect()
}

/// Two stores know nothing of each other, as two processes do.
async fn shared(here: PgStore, there: PgStore) {
    append(&here, 200).await;
    let group = ConsumerGroup::new(ConsumerName::new("workers").unwrap(), Query::all()).limit(3);
    let group = group.lease(Duration::from_secs(1));
    let (first, second) = (group.join(here.clone()).await.unwrap(), group.join(there).await.unwrap());
    until("members to have their shares", async || {
        (first.partitions().len(), second.partitions().len()) == (4, 4)
    })
    .await;
    let mut acknowledged = BTreeSet::new();
    for member in [&first, &second] {
        let delivery = next(member).await;
        acknowledged.extend(numbers(&delivery));
        delivery.ack().await.unwrap();
    }

    let in_hand = next(&first).await;
    assert!(!acknowledged.contains(&numbers(&in_hand)[0]));
    drop(first);
    let mut again = false;
    while acknowledged.len() < 200 {
        let delivery = next(&second).await;
        again |= numbers(&delivery) == numbers(&in_hand);
        for number in numbers(&delivery) {
            assert!(acknowledged.insert(number), "event {number} was acknowledged before");
        }
        delivery.ack().await.unwrap();
    }
    assert!(again, "what was not acknowledged is delivered again");
    assert_eq!(acknowledged.into_iter().collect::<Vec<_>>(), positions(&here).await);
    let refused = in_hand.ack().await.unwrap_err();
    assert!(matches!(refused, AdvanceError::Fenced { .. }), "{refused:?}");

    // Who leaves does not let others wait for its lease.
    second.close().await;
    let group = group.lease(Duration::from_secs(3_600));
    let third = group.join(here.clone()).await.unwrap();
    until("all partitions", async || third.partitions().len() == 8).await;
    append(&here, 1).await;
    assert_eq!(numbers(&next(&third).await).len(), 1, "nothing is delivered twice");
    third.close().await;
}

#[tokio::test]
async fn between_processes() {
    let place = Place::new().await;
    shared(place.open().await, place.open().await).await;
}

#[tokio::test]
async fn between_processes_behind_a_pooler() {
    let place = Pooled::make().await;
    shared(place.open().await, place.open().await).await;
}
