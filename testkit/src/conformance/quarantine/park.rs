//! An event that could not be applied is parked, and those behind it.

use super::{
    MANY, Owner, account, at, document, done, key, only, park, park_failed, parked, parked_with, place_of,
    places, requests,
};
use crate::conformance::{
    Fixture,
    steps::{event_type, stream, stream_of},
};
use chrono::{TimeDelta, Utc};
use factum_core::{
    Checkpoint, CheckpointStore, Position, QuarantineStore, limits,
    quarantine::{Change, Failure, Request},
};

/// Whether or not the consumer is there.
pub async fn nothing_is_parked_at_first(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let nobody = Owner { key: key("nobody"), epoch: Default::default(), reached: 0 };
    let mut owner = Owner::new(&store).await;
    owner.change(&store, Vec::new()).await;
    for owner in [nobody, owner] {
        assert_eq!(parked(&store, owner.list()).await, []);
        assert_eq!(requests(&store, &owner.key).await, []);
        assert_eq!(owner.ask(&store, None, Request::Retry).await, 0);
    }
    assert_eq!(done(store.quarantines().await), []);
}

/// In the partition whose checkpoint has moved.
pub async fn an_event_is_parked_with_all_that_it_came_with(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    let mut owner = Owner::of(&store, key("balances").partition(3)).await;
    let lanes = [(document("ada"), 4, Some(Failure::new("no \u{1f600}: overdrawn", u32::MAX)))];
    let lanes = lanes.into_iter().chain([(account("7"), Position::MAX.get(), None)]);
    let events: Vec<_> = lanes.zip(["Withdrawn", "Er\u{f6}ffnet"]).collect();
    let changes = events.iter().map(|((lane, position, failure), name)| Change::Park {
        lane: lane.clone(),
        position: Position::new(*position),
        stream: stream_of("acc", name),
        event_type: event_type(name),
        failure: failure.clone(),
    });
    owner.change(&store, changes.collect()).await;
    let found = parked(&store, owner.list()).await;
    assert_eq!(found.len(), 2, "{found:?}");
    for (found, ((lane, position, failure), name)) in found.into_iter().zip(events) {
        assert_eq!(found.key, owner.key);
        assert_eq!((&found.lane, found.position.get()), (&lane, position));
        assert_eq!((found.stream, found.event_type), (stream_of("acc", name), event_type(name)), "in {lane}");
        assert_eq!((found.failure, found.request), (failure, None), "in {lane}");
    }
}

/// In one transaction, so it says that the event was handled.
pub async fn the_checkpoint_moves_with_it(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let owner = Owner::new(&store).await;
    for to in [4, 9] {
        let outcome = owner.try_change(&store, to, vec![park(&account("7"), to)]).await;
        assert!(outcome.is_ok(), "{outcome:?}");
        let moved = Checkpoint::new(Position::new(to), owner.epoch);
        assert_eq!(done(store.checkpoint(&owner.key).await), Some(moved));
    }
    // Nor need it move: a lane is tried again where the checkpoint is.
    let outcome = owner.try_change(&store, 9, vec![park(&account("8"), 8)]).await;
    assert!(outcome.is_ok(), "{outcome:?}");
    let expected = at([("stream account-7", 4), ("stream account-7", 9), ("stream account-8", 8)]);
    assert_eq!(places(&store, owner.list()).await, expected);
}

/// In the precision of all times, and it does not change.
pub async fn an_event_is_parked_at_a_time_of_the_clock(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let lane = account("7");
    owner.change(&store, vec![park_failed(&lane, 1, "no")]).await;
    let at = only(&store, &owner).await.parked_at;
    // The store's clock need not be that of this machine.
    assert!((at - Utc::now()).abs() < TimeDelta::hours(1), "parked at {at}, when it is {}", Utc::now());
    assert_eq!(at.timestamp_subsec_nanos() % 1_000, 0, "{at} is finer than a microsecond");
    owner.change(&store, vec![super::failed(&lane, 1, Failure::new("again", 2))]).await;
    owner.ask(&store, None, Request::Retry).await;
    assert_eq!(only(&store, &owner).await.parked_at, at);
}

/// What it was parked with first is kept.
pub async fn an_event_is_parked_once(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let lane = account("7");
    owner.change(&store, vec![park_failed(&lane, 1, "first"), park_failed(&lane, 1, "second")]).await;
    let first = only(&store, &owner).await;
    assert_eq!(first.failure, Some(Failure::new("first", 1)));
    owner.ask(&store, None, Request::Skip).await;
    owner.change(&store, vec![park_failed(&lane, 1, "third")]).await;
    owner.change(&store, vec![park(&lane, 1)]).await;
    let found = only(&store, &owner).await;
    assert_eq!((found.failure, found.parked_at), (first.failure, first.parked_at));
    assert_eq!(found.request.map(|asked| asked.request), Some(Request::Skip));
}

/// In each of them on its own.
pub async fn an_event_may_wait_in_several_lanes(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let changes = [park_failed(&document("ada"), 3, "ada"), park_failed(&document("bob"), 3, "bob")];
    owner.change(&store, changes.into()).await;
    owner.change(&store, vec![park(&account("7"), 3)]).await;
    let found = parked(&store, owner.list()).await;
    let found: Vec<_> = found.iter().map(|found| (place_of(found), found.failure.as_ref())).collect();
    let [ada, bob] = ["ada", "bob"].map(|error| Failure::new(error, 1));
    let expected = [
        (("document ada".to_owned(), 3), Some(&ada)),
        (("document bob".to_owned(), 3), Some(&bob)),
        (("stream account-7".to_owned(), 3), None),
    ];
    assert_eq!(found, expected);
}

/// See [`limits::DOCUMENT_KEY_BYTES`] and [`limits::STREAM_KEY_BYTES`].
pub async fn a_lane_may_be_any_text(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let longest = "k".repeat(limits::STREAM_KEY_BYTES.min(limits::DOCUMENT_KEY_BYTES));
    for text in [longest.as_str(), "gr\u{f6}\u{df}e \u{1f600}", "'; --", " a  b ", "{a,\"b\"}", "NULL", "\\N"]
    {
        for lane in [account(text), document(text)] {
            owner.change(&store, vec![park(&lane, 1)]).await;
            assert_eq!(only(&store, &owner).await.lane, lane);
            assert_eq!(owner.ask(&store, Some(&lane), Request::Retry).await, 1, "in {lane}");
            assert_eq!(
                places(&store, owner.list().lane(lane.clone())).await,
                [place_of(&only(&store, &owner).await)]
            );
            owner.change(&store, vec![super::release(&lane, 1)]).await;
            assert_eq!(parked(&store, owner.list()).await, [], "in {lane}");
        }
    }
}

/// They are compared byte by byte.
pub async fn lanes_that_are_alike_are_told_apart(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let texts = ["a", "A", "a ", " a", "ab", "a b", "a-b", "%", "_", "1", "01", "\u{e9}", "e\u{301}"];
    let mut lanes: Vec<_> = texts.into_iter().flat_map(|text| [account(text), document(text)]).collect();
    lanes.extend(["account-a", "stream account-a", "document a"].map(document));
    owner.change(&store, lanes.iter().map(|lane| park_failed(lane, 1, &lane.to_string())).collect()).await;
    for lane in &lanes {
        let found = parked(&store, owner.list().lane(lane.clone())).await;
        assert_eq!(found.len(), 1, "in {lane}: {found:?}");
        assert_eq!(found[0].lane, *lane);
        assert_eq!(found[0].failure, Some(Failure::new(lane.to_string(), 1)));
        assert_eq!(owner.ask(&store, Some(lane), Request::Retry).await, 1, "in {lane}");
    }
    for (released, lane) in lanes.iter().enumerate() {
        owner.change(&store, vec![super::release(lane, 1)]).await;
        let left = parked(&store, owner.list()).await;
        assert_eq!(left.len(), lanes.len() - released - 1, "{lane} was released");
        assert!(left.iter().all(|left| left.lane != *lane), "{lane} was released");
    }
}

/// However long. A store that has no text with NUL may keep another character in its place.
pub async fn an_error_may_be_any_text(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let long = "what went wrong: ".repeat(10_000);
    let lane = account("7");
    for text in ["", &long, "two\nlines\ttab\r", "gr\u{f6}\u{df}e \u{1f600}", "'; --", "NULL", "a \0 b"] {
        let failure = Failure::new(text, 2);
        for changes in [
            vec![parked_with(&lane, 1, Some(failure.clone()))],
            vec![super::failed(&lane, 1, Failure::new("other", 3)), super::failed(&lane, 1, failure.clone())],
        ] {
            owner.change(&store, changes).await;
            let found = only(&store, &owner).await.failure.expect("it has failed");
            let (error, expected) = (found.error.replace('\0', "\u{fffd}"), text.replace('\0', "\u{fffd}"));
            assert_eq!(found.attempts, 2, "of {text:.60?}");
            assert!(error == expected, "{text:.60?} came back as {error:.60?}");
        }
        owner.change(&store, vec![super::release(&lane, 1)]).await;
    }
}

/// One lane may have all that came since it was blocked.
pub async fn many_events_are_parked_at_once(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    let lanes = [account("7"), document("ada"), account("8")];
    let lane = |position: u64| &lanes[position as usize % 3];
    owner.change(&store, (1..=MANY).map(|position| park(lane(position), position)).collect()).await;
    let found = places(&store, owner.list().limit(10_000)).await;
    let mut expected: Vec<_> = (1..=MANY).map(|position| (lane(position).to_string(), position)).collect();
    expected.sort_unstable();
    assert!(found == expected, "{} of {MANY} events are listed, or others", found.len());
    let one = parked(&store, owner.list().lane(account("7")).limit(1)).await;
    assert_eq!(one.iter().map(|one| one.stream.clone()).collect::<Vec<_>>(), [stream("7")]);
}
