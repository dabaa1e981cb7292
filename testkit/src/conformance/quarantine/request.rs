//! Somebody asks for something to be done about a lane, and the runner that has its partition does it.

use super::{Owner, account, document, failed, park, park_failed, parked, release, requests};
use crate::conformance::Fixture;
use factum_core::{
    CheckpointStore, LogId, QuarantineStore,
    quarantine::{Failure, Request},
};

/// What is requested, of each event that is parked.
async fn requested(store: &impl QuarantineStore, owner: &Owner) -> Vec<Option<Request>> {
    parked(store, owner.list()).await.iter().map(|found| found.request).collect()
}

fn of(lane: &str, position: u64, request: Request) -> (String, u64, Request) {
    (lane.to_owned(), position, request)
}

/// No other event has it, and no other lane.
pub async fn a_request_is_for_the_first_event_of_a_lane(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let (ada, bob) = (document("ada"), document("bob"));
    owner.change(&store, vec![park(&ada, 5), park(&ada, 10), park(&bob, 3), park(&bob, 5)]).await;
    for (n, request) in [Request::Retry, Request::Skip].into_iter().enumerate() {
        assert_eq!(owner.ask(&store, Some(&[&ada, &bob][n].clone()), request).await, 1);
    }
    let expected = [Some(Request::Retry), None, Some(Request::Skip), None];
    assert_eq!(requested(&store, &owner).await, expected);
    let expected = [of("document ada", 5, Request::Retry), of("document bob", 3, Request::Skip)];
    assert_eq!(requests(&store, &owner.key).await, expected);
}

/// Each of which counts once, in all partitions.
pub async fn a_request_may_be_for_all_lanes(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut zero = Owner::new(&store).await;
    let mut one = Owner::of(&store, zero.key.clone().partition(1)).await;
    let lanes = [document("a"), account("a"), document("b")];
    zero.change(&store, lanes.iter().flat_map(|lane| [park(lane, 1), park(lane, 2)]).collect()).await;
    one.change(&store, vec![park(&document("c"), 7), park(&document("c"), 8)]).await;
    assert_eq!(zero.ask(&store, None, Request::Skip).await, 4);
    let found = parked(&store, zero.list()).await;
    for found in &found {
        let expected = [1, 7].contains(&found.position.get()).then_some(Request::Skip);
        assert_eq!(found.request, expected, "of {found:?}");
    }
    assert_eq!(requests(&store, &zero.key).await.len(), 3);
    assert_eq!(requests(&store, &one.key).await, [of("document c", 7, Request::Skip)]);
}

/// Nor is anything remembered for later.
pub async fn where_nothing_waits_nothing_is_requested(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    owner.change(&store, vec![park(&account("7"), 1)]).await;
    for lane in [account("8"), document("7"), document("account-7")] {
        assert_eq!(owner.ask(&store, Some(&lane), Request::Retry).await, 0, "in {lane}");
    }
    let elsewhere = store.request(&owner.key.consumer, LogId::random(), None, Request::Retry).await;
    assert_eq!(super::done(elsewhere), 0);
    assert_eq!(requests(&store, &owner.key).await, []);
    owner.change(&store, vec![park(&account("8"), 1)]).await;
    assert_eq!(requested(&store, &owner).await, [None, None]);
}

/// If that is not done yet.
pub async fn a_later_request_takes_the_place_of_one_before(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let lane = account("7");
    owner.change(&store, vec![park(&lane, 1), park(&lane, 2)]).await;
    for request in [Request::Retry, Request::Skip, Request::Skip, Request::Retry] {
        assert_eq!(owner.ask(&store, Some(&lane), request).await, 1);
        assert_eq!(requests(&store, &owner.key).await, [of("stream account-7", 1, request)]);
    }
    assert_eq!(owner.ask(&store, None, Request::Skip).await, 1);
    assert_eq!(requested(&store, &owner).await, [Some(Request::Skip), None]);
}

/// Its runner is asked, and no other.
pub async fn a_request_is_read_in_its_partition(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    let mut zero = Owner::new(&store).await;
    let mut one = Owner::of(&store, zero.key.clone().partition(1)).await;
    zero.change(&store, vec![park(&account("a"), 1)]).await;
    one.change(&store, vec![park(&account("b"), 2)]).await;
    assert_eq!(one.ask(&store, Some(&account("b")), Request::Retry).await, 1);
    assert_eq!(requests(&store, &zero.key).await, []);
    assert_eq!(requests(&store, &one.key).await, [of("stream account-b", 2, Request::Retry)]);
    assert_eq!(requests(&store, &zero.key.clone().partition(2)).await, []);
}

/// It was tried again in vain, so what was requested is done.
pub async fn a_failure_ends_the_request(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let (ada, bob) = (document("ada"), document("bob"));
    owner.change(&store, vec![park_failed(&ada, 1, "no"), park(&ada, 2), park_failed(&bob, 1, "no")]).await;
    assert_eq!(owner.ask(&store, None, Request::Retry).await, 2);
    owner.change(&store, vec![failed(&ada, 1, Failure::new("no again", 2))]).await;
    assert_eq!(requested(&store, &owner).await, [None, None, Some(Request::Retry)]);
    assert_eq!(requests(&store, &owner.key).await, [of("document bob", 1, Request::Retry)]);
}

/// The next of the lane is not asked for: its runner goes on with it by itself, or it fails.
pub async fn a_request_ends_with_its_event(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let lane = account("7");
    owner.change(&store, vec![park_failed(&lane, 1, "no"), park(&lane, 2)]).await;
    assert_eq!(owner.ask(&store, Some(&lane), Request::Skip).await, 1);
    owner.change(&store, vec![release(&lane, 1)]).await;
    assert_eq!(requested(&store, &owner).await, [None]);
    assert_eq!(requests(&store, &owner.key).await, []);
    assert_eq!(owner.ask(&store, Some(&lane), Request::Retry).await, 1);
    assert_eq!(requests(&store, &owner.key).await, [of("stream account-7", 2, Request::Retry)]);
}
