//! What is parked is listed, all of it or what is asked for.

use super::{MANY, Owner, account, at, document, park, parked, place_of, places};
use crate::conformance::Fixture;
use factum_core::{CheckpointStore, Position, QuarantineStore, quarantine::Lane};

/// Of lanes by bytes, as they are printed; so neither as people would sort, nor as events were parked.
pub async fn events_are_listed_by_lane_and_position(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let keys = ["b", "a", "B", "10", "9", "\u{e9}", "z", "a b", "a-b", "ab", "\u{1f600}"];
    let lanes: Vec<_> = keys.into_iter().flat_map(|key| [account(key), document(key)]).collect();
    let mut expected = Vec::new();
    for position in [10, 9, 100, 1] {
        owner.change(&store, lanes.iter().map(|lane| park(lane, position)).collect()).await;
        expected.extend(lanes.iter().map(|lane| (lane.to_string(), position)));
    }
    expected.sort_unstable();
    assert_eq!(places(&store, owner.list()).await, expected);
}

/// Which miss nothing and repeat nothing at their edges, also inside a lane.
pub async fn events_are_listed_in_pages(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let lanes = [account("a"), account("b"), document("c"), document("B"), account("a-b")];
    for position in 1..=3 {
        owner.change(&store, lanes.iter().map(|lane| park(lane, position)).collect()).await;
    }
    let all = places(&store, owner.list()).await;
    assert_eq!(all.len(), 15, "{all:?}");
    for limit in 1..=16 {
        let (mut found, mut request) = (Vec::new(), owner.list().limit(limit));
        loop {
            let page = parked(&store, request.clone()).await;
            assert!(page.len() <= limit, "{} events with a limit of {limit}", page.len());
            let Some(last) = page.last() else { break };
            request = owner.list().limit(limit).after(last.lane.clone(), last.position);
            found.extend(page.iter().map(place_of));
            assert!(found.len() <= all.len(), "with a limit of {limit}, events are listed twice: {found:?}");
        }
        assert_eq!(found, all, "with a limit of {limit}");
    }
}

/// It may have been released since.
pub async fn a_page_begins_after_what_need_not_be_there(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    owner.change(&store, vec![park(&account("b"), 3), park(&account("b"), 6), park(&account("d"), 1)]).await;
    let last = [("stream account-b", 6), ("stream account-d", 1)];
    for (lane, position, expected) in [
        (account("b"), 4, at(last)),
        (account("a"), 99, at([("stream account-b", 3), last[0], last[1]])),
        (account("c"), 99, at([last[1]])),
        (document("z"), 99, at([("stream account-b", 3), last[0], last[1]])),
        (account("d"), 1, at([])),
        (account("e"), 0, at([])),
    ] {
        let request = owner.list().after(lane.clone(), Position::new(position));
        assert_eq!(places(&store, request).await, expected, "after {position} of {lane}");
    }
}

/// The first of them.
pub async fn a_thousand_are_listed_unless_asked_otherwise(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    owner.change(&store, (1..=MANY).map(|position| park(&account("7"), position)).collect()).await;
    let found = places(&store, owner.list()).await;
    assert_eq!(found.len(), 1_000);
    assert_eq!(found.last().map(|(_, position)| *position), Some(1_000));
    let rest = places(&store, owner.list().after(account("7"), Position::new(1_000)).limit(usize::MAX)).await;
    assert_eq!(rest.len(), 1_500);
    assert_eq!(places(&store, owner.list().limit(0)).await, []);
}

/// Unless it is asked for, those of all partitions are.
pub async fn the_events_of_a_partition_are_listed(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    let first = Owner::new(&store).await;
    let mut expected = Vec::new();
    for (partition, name) in [(1, "b"), (256, "a"), (u16::MAX, "d"), (0, "c")] {
        let mut owner = Owner::of(&store, first.key.clone().partition(partition)).await;
        owner.change(&store, vec![park(&account(name), 1), park(&account(name), 2)]).await;
        let of: Vec<_> = [1, 2].map(|position| (account(name).to_string(), position)).into();
        let found = parked(&store, owner.list().partition(partition)).await;
        assert!(found.iter().all(|found| found.key == owner.key), "in partition {partition}: {found:?}");
        assert_eq!(found.iter().map(place_of).collect::<Vec<_>>(), of, "in partition {partition}");
        expected.extend(of);
    }
    expected.sort_unstable();
    let all = parked(&store, first.list()).await;
    assert_eq!(all.iter().map(place_of).collect::<Vec<_>>(), expected);
    assert_eq!(
        all.iter().map(|one| one.key.partition).collect::<Vec<_>>(),
        [256, 256, 1, 1, 0, 0, u16::MAX, u16::MAX]
    );
    assert_eq!(parked(&store, first.list().partition(2)).await, []);
}

/// In the order of their positions.
pub async fn the_events_of_a_lane_are_listed(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let lanes = [account("a"), account("ab"), document("a")];
    for position in [12, 3] {
        owner.change(&store, lanes.iter().map(|lane| park(lane, position)).collect()).await;
    }
    for lane in lanes {
        let expected: Vec<_> = [3, 12].map(|position| (lane.to_string(), position)).into();
        assert_eq!(places(&store, owner.list().lane(lane)).await, expected);
    }
    assert_eq!(places(&store, owner.list().lane(account("b"))).await, []);
}

/// In which an event waits.
pub async fn the_lanes_of_an_event_are_listed(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let (ada, bob) = (document("ada"), document("bob"));
    owner.change(&store, vec![park(&bob, 2), park(&ada, 1), park(&ada, 2), park(&ada, 22)]).await;
    let event = |position| owner.list().event(Position::new(position));
    assert_eq!(places(&store, event(2)).await, at([("document ada", 2), ("document bob", 2)]));
    assert_eq!(places(&store, event(1)).await, at([("document ada", 1)]));
    assert_eq!(places(&store, event(3)).await, []);
}

/// Each once, and once it is released the next.
pub async fn the_heads_of_lanes_are_listed(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let (ada, bob) = (document("ada"), document("bob"));
    owner.change(&store, vec![park(&ada, 5), park(&bob, 5), park(&ada, 10), park(&ada, 20)]).await;
    let heads = owner.list().heads();
    assert_eq!(places(&store, heads.clone()).await, at([("document ada", 5), ("document bob", 5)]));
    owner.change(&store, vec![super::release(&ada, 5)]).await;
    assert_eq!(places(&store, heads.clone()).await, at([("document ada", 10), ("document bob", 5)]));
    owner.change(&store, vec![super::release(&ada, 10), super::release(&bob, 5)]).await;
    assert_eq!(places(&store, heads).await, at([("document ada", 20)]));
}

/// From its first to its last, whatever their lanes.
pub async fn the_events_of_an_append_are_listed(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let (ada, bob) = (document("ada"), document("bob"));
    owner
        .change(&store, vec![park(&bob, 2), park(&bob, 4), park(&ada, 1), park(&ada, 3), park(&ada, 12)])
        .await;
    let events = |first, last| owner.list().events(Position::new(first), Position::new(last));
    let expected = at([("document ada", 3), ("document bob", 2), ("document bob", 4)]);
    assert_eq!(places(&store, events(2, 4)).await, expected);
    assert_eq!(places(&store, events(2, 3)).await, expected[..2]);
    assert_eq!(places(&store, events(5, 11)).await, []);
    assert_eq!(places(&store, events(0, 100)).await.len(), 5);
    assert_eq!(places(&store, events(1, 4).heads()).await, at([("document ada", 1), ("document bob", 2)]));
}

/// What is not after the last, or is another event, is not what a lane begins with.
pub async fn what_is_asked_for_holds_together(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut zero = Owner::new(&store).await;
    let mut one = Owner::of(&store, zero.key.clone().partition(1)).await;
    let waits = |lane: &Lane| [1, 2, 3].map(|position| park(lane, position));
    zero.change(&store, [waits(&account("a")), waits(&account("c"))].concat()).await;
    one.change(&store, [waits(&account("b")), waits(&account("d"))].concat()).await;
    let heads = || zero.list().heads();
    let (b, first, second) = (account("b"), Position::new(1), Position::new(2));
    for (request, expected) in [
        (heads().partition(1), at([("stream account-b", 1), ("stream account-d", 1)])),
        (heads().partition(1).limit(1), at([("stream account-b", 1)])),
        (heads().limit(2), at([("stream account-a", 1), ("stream account-b", 1)])),
        (heads().partition(0).after(account("a"), first), at([("stream account-c", 1)])),
        (heads().after(b.clone(), first), at([("stream account-c", 1), ("stream account-d", 1)])),
        (heads().event(second), at([])),
        (heads().event(first).lane(b.clone()), at([("stream account-b", 1)])),
        (heads().lane(b.clone()), at([("stream account-b", 1)])),
        (zero.list().lane(b.clone()).partition(0), at([])),
        (zero.list().lane(b.clone()).event(second).partition(1), at([("stream account-b", 2)])),
        (zero.list().lane(b.clone()).after(b.clone(), second), at([("stream account-b", 3)])),
        (
            zero.list().event(second).after(b, first).limit(2),
            at([("stream account-b", 2), ("stream account-c", 2)]),
        ),
    ] {
        assert_eq!(places(&store, request.clone()).await, expected, "{request:?}");
    }
}
