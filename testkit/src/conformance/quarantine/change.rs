//! What is parked changes when somebody decides.

use super::{MANY, Owner, account, at, document, failed, only, park, park_failed, parked, places, release};
use crate::conformance::Fixture;
use factum_core::{
    CheckpointStore, QuarantineStore,
    quarantine::{Change, Failure, Lane},
};

/// It alone: neither do others of its lane, nor others at its position, change.
pub async fn a_released_event_waits_no_longer(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let (ada, bob) = (document("ada"), document("bob"));
    owner.change(&store, vec![park(&ada, 1), park(&ada, 2), park(&ada, 3), park(&bob, 2)]).await;
    owner.change(&store, vec![release(&ada, 2)]).await;
    let left = at([("document ada", 1), ("document ada", 3), ("document bob", 2)]);
    assert_eq!(places(&store, owner.list()).await, left);
    owner.change(&store, vec![release(&ada, 1), release(&bob, 2)]).await;
    assert_eq!(places(&store, owner.list()).await, at([("document ada", 3)]));
    owner.change(&store, vec![release(&ada, 3)]).await;
    assert_eq!(parked(&store, owner.list()).await, []);
}

/// Nothing happens, but that the checkpoint moves.
pub async fn what_is_not_there_can_be_released(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    owner.change(&store, vec![release(&account("7"), 1)]).await;
    owner.change(&store, vec![park(&account("7"), 1)]).await;
    owner.change(&store, vec![release(&account("7"), 2), release(&account("8"), 1)]).await;
    assert_eq!(places(&store, owner.list()).await, at([("stream account-7", 1)]));
    owner.change(&store, vec![release(&account("7"), 1), release(&account("7"), 1)]).await;
    assert_eq!(parked(&store, owner.list()).await, []);
}

/// And of none. The event is otherwise as it was.
pub async fn a_failure_takes_the_place_of_the_one_before(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let (lane, other) = (account("7"), account("8"));
    owner.change(&store, vec![park_failed(&lane, 1, "first"), park(&lane, 2), park(&other, 1)]).await;
    let before = parked(&store, owner.list()).await;
    owner.change(&store, vec![failed(&lane, 1, Failure::new("second", 5))]).await;
    owner.change(&store, vec![failed(&lane, 2, Failure::new("now it too", u32::MAX))]).await;
    let mut expected = before;
    expected[0].failure = Some(Failure::new("second", 5));
    expected[1].failure = Some(Failure::new("now it too", u32::MAX));
    assert_eq!(parked(&store, owner.list()).await, expected);
}

/// It is not parked by that.
pub async fn what_is_not_there_cannot_fail(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    owner.change(&store, vec![failed(&account("7"), 1, Failure::new("no", 2))]).await;
    assert_eq!(parked(&store, owner.list()).await, []);
    owner.change(&store, vec![park(&account("7"), 1)]).await;
    let changes = [(account("7"), 2), (account("8"), 1)];
    let changes = changes.map(|(lane, position)| failed(&lane, position, Failure::new("no", 2)));
    owner.change(&store, changes.into()).await;
    assert_eq!(only(&store, &owner).await.failure, None);
}

/// Whatever their kinds.
pub async fn changes_are_made_in_their_order(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let (lane, other) = (account("7"), account("8"));
    let fails = |error| failed(&lane, 1, Failure::new(error, 2));
    owner.change(&store, vec![park(&lane, 1), release(&lane, 1)]).await;
    assert_eq!(parked(&store, owner.list()).await, []);
    owner.change(&store, vec![fails("too early"), park(&lane, 1), park(&other, 1)]).await;
    assert_eq!(parked(&store, owner.list().lane(lane.clone())).await[0].failure, None);
    owner.change(&store, vec![release(&other, 1), fails("first"), fails("second"), park(&lane, 1)]).await;
    assert_eq!(only(&store, &owner).await.failure, Some(Failure::new("second", 2)));
    owner.change(&store, vec![release(&lane, 1), park_failed(&lane, 1, "anew"), park(&lane, 2)]).await;
    let found = parked(&store, owner.list()).await;
    let errors: Vec<_> = found.iter().map(|found| found.failure.clone()).collect();
    assert_eq!(errors, [Some(Failure::new("anew", 1)), None]);
    owner.change(&store, vec![fails("again"), release(&lane, 1), fails("too late")]).await;
    assert_eq!(places(&store, owner.list()).await, at([("stream account-7", 2)]));
}

/// When what was wrong is put right.
pub async fn many_events_are_released_at_once(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let lane = account("7");
    owner.change(&store, (1..=MANY).map(|position| park(&lane, position)).collect()).await;
    owner.change(&store, (1..MANY).map(|position| release(&lane, position)).collect()).await;
    assert_eq!(places(&store, owner.list()).await, at([("stream account-7", MANY)]));
}

/// When its document was made anew: however many they are, and no other lane, also not of another consumer.
pub async fn a_lane_is_released_as_a_whole(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let mut other = Owner::of(&store, super::key("totals")).await;
    let (ada, adam) = (document("ada"), document("adam"));
    let waits = |lane: &Lane| (1..=MANY).map(|position| park(lane, position)).collect();
    owner.change(&store, waits(&ada)).await;
    owner.change(&store, vec![park_failed(&adam, 1, "no"), park(&account("ada"), 2)]).await;
    other.change(&store, vec![park(&ada, 1)]).await;
    owner.change(&store, vec![Change::ReleaseAll { lane: ada.clone() }, park(&ada, MANY + 1)]).await;
    let left = [("document ada", MANY + 1), ("document adam", 1), ("stream account-ada", 2)];
    assert_eq!(places(&store, owner.list()).await, at(left));
    assert_eq!(places(&store, other.list()).await, at([("document ada", 1)]));
    owner.change(&store, vec![Change::ReleaseAll { lane: document("eve") }]).await;
    assert_eq!(places(&store, owner.list()).await, at(left));
}
