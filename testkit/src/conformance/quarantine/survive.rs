//! Quarantines of stores that keep what they have, and of stores that are open twice.

use super::{
    Owner, account, at, document, done, failed, failed_as_asked, key, park, park_failed, parked, places,
    release, requests,
};
use crate::conformance::Fixture;
use factum_core::{
    CheckpointStore, QuarantineStore,
    quarantine::{Failure, Request},
};

/// With its failures, times and requests.
pub async fn what_is_parked_survives(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::of(&store, key("balances").partition(3)).await;
    let (ada, bob) = (document("ada"), document("bob"));
    owner.change(&store, vec![park_failed(&ada, 1, "no"), park(&ada, 2), park_failed(&bob, 1, "no")]).await;
    owner.change(&store, vec![park(&account("7"), 2), park(&account("7"), 3)]).await;
    owner.change(&store, vec![release(&account("7"), 2), failed(&bob, 1, Failure::new("again", 2))]).await;
    owner.ask(&store, Some(&ada), Request::Skip).await;
    let before = parked(&store, owner.list()).await;
    assert_eq!(before.len(), 4, "{before:?}");
    drop(store);
    let again = place.open().await;
    assert_eq!(parked(&again, owner.list()).await, before);
    assert_eq!(done(again.quarantines().await), [(owner.key.consumer.clone(), owner.key.log)]);
    assert_eq!(requests(&again, &owner.key).await, [("document ada".to_owned(), 1, Request::Skip)]);
    owner.change(&again, vec![release(&ada, 1)]).await;
    let heads = at([("document ada", 2), ("document bob", 1), ("stream account-7", 3)]);
    assert_eq!(places(&again, owner.list().heads()).await, heads);
}

/// And whoever has the one open may ask the runner that has the other.
pub async fn what_one_has_parked_the_other_lists(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let (here, there) = (place.open().await, place.open().await);
    let mut owner = Owner::new(&here).await;
    let lane = account("7");
    owner.change(&here, vec![park_failed(&lane, 1, "no"), park(&lane, 2)]).await;
    assert_eq!(parked(&there, owner.list()).await, parked(&here, owner.list()).await);
    assert_eq!(owner.ask(&there, Some(&lane), Request::Retry).await, 1);
    assert_eq!(requests(&here, &owner.key).await, [("stream account-7".to_owned(), 1, Request::Retry)]);
    let asked = owner.asked(&here, &lane).await;
    owner.change(&here, vec![failed_as_asked(&lane, 1, Failure::new("again", 2), asked)]).await;
    assert_eq!(parked(&there, owner.list()).await[0].failure, Some(Failure::new("again", 2)));
    assert_eq!(requests(&there, &owner.key).await, []);
    owner.change(&there, vec![release(&lane, 1), release(&lane, 2)]).await;
    assert_eq!(parked(&here, owner.list()).await, []);
    assert_eq!(done(here.quarantines().await), []);
}
