//! Somebody asks for something to be done about a lane, and the runner that has its partition does it.

use super::{
    Owner, account, document, failed, failed_as_asked, park, park_failed, parked, release, requests,
};
use crate::conformance::Fixture;
use factum_core::{
    CheckpointStore, LogId, QuarantineStore,
    quarantine::{Failure, Request},
};

/// What is requested, of each event that is parked.
async fn requested(store: &impl QuarantineStore, owner: &Owner) -> Vec<Option<Request>> {
    parked(store, owner.list()).await.iter().map(|found| Some(found.request?.request)).collect()
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
        assert_eq!(found.request.map(|asked| asked.request), expected, "of {found:?}");
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
    let elsewhere = store.request(&owner.key.consumer, LogId::random(), None, None, Request::Retry).await;
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

/// It was tried again in vain, as was requested, so that is done.
pub async fn a_failure_ends_the_request(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let (ada, bob) = (document("ada"), document("bob"));
    owner.change(&store, vec![park_failed(&ada, 1, "no"), park(&ada, 2), park_failed(&bob, 1, "no")]).await;
    assert_eq!(owner.ask(&store, None, Request::Retry).await, 2);
    let asked = owner.asked(&store, &ada).await;
    owner.change(&store, vec![failed_as_asked(&ada, 1, Failure::new("no again", 2), asked)]).await;
    assert_eq!(requested(&store, &owner).await, [None, None, Some(Request::Retry)]);
    assert_eq!(requests(&store, &owner.key).await, [of("document bob", 1, Request::Retry)]);
}

/// What is asked for while an event is being tried comes after that, and is done next; also if it is the same once more.
pub async fn what_was_requested_since_stays(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let lane = account("7");
    owner.change(&store, vec![park_failed(&lane, 1, "no"), park(&lane, 2)]).await;
    for (n, since) in [Request::Skip, Request::Retry].into_iter().enumerate() {
        owner.ask(&store, Some(&lane), Request::Retry).await;
        let before = owner.asked(&store, &lane).await;
        owner.ask(&store, Some(&lane), since).await;
        let now = owner.asked(&store, &lane).await;
        assert_ne!(now, before, "one request and the next");
        let failure = Failure::new("no again", 2 * n as u32 + 2);
        owner.change(&store, vec![failed_as_asked(&lane, 1, failure.clone(), before)]).await;
        let found = parked(&store, owner.list()).await;
        assert_eq!((&found[0].failure, found[0].request), (&Some(failure), now), "{since:?} stays");
        // One that was tried by itself answers nothing.
        owner.change(&store, vec![failed(&lane, 1, Failure::new("by itself", 2 * n as u32 + 3))]).await;
        assert_eq!(requests(&store, &owner.key).await, [of("stream account-7", 1, since)]);
        owner.change(&store, vec![failed_as_asked(&lane, 1, Failure::new("no", 9), now)]).await;
        assert_eq!(requested(&store, &owner).await, [None, None]);
    }
}

/// Who has looked at an event may say so, and nothing is requested for another.
pub async fn a_request_may_name_the_first_event(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let (ada, bob) = (document("ada"), document("bob"));
    owner.change(&store, vec![park(&ada, 1), park(&ada, 2), park(&ada, 3), park(&bob, 2)]).await;
    for other in [2, 3, 4] {
        assert_eq!(owner.ask_for(&store, Some(&ada), other, Request::Skip).await, 0, "at {other}");
    }
    assert_eq!(requests(&store, &owner.key).await, []);
    assert_eq!(owner.ask_for(&store, Some(&ada), 1, Request::Skip).await, 1);
    assert_eq!(requests(&store, &owner.key).await, [of("document ada", 1, Request::Skip)]);
    owner.change(&store, vec![release(&ada, 1)]).await;
    assert_eq!(owner.ask_for(&store, Some(&ada), 1, Request::Skip).await, 0);
    assert_eq!(owner.ask_for(&store, None, 2, Request::Retry).await, 2);
    let expected = [of("document ada", 2, Request::Retry), of("document bob", 2, Request::Retry)];
    assert_eq!(requests(&store, &owner.key).await, expected);
    assert_eq!(owner.ask_for(&store, None, 3, Request::Skip).await, 0);
    assert_eq!(requests(&store, &owner.key).await, expected);
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
