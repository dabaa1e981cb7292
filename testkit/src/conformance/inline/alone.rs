//! What an append leaves to whoever runs the projection.

use super::{
    model::{Model, of_notes},
    notes::{noted, unrelated},
};
use crate::conformance::{
    Fixture,
    steps::{event_type, stream, write},
};
use factum_core::{
    CheckpointStore as _, Position,
    checkpoint::{Advance, Checkpoint, Epoch},
    lease::NodeId,
    quarantine::{Change, Lane},
    sink::{DocumentSink, InlineStore},
};

/// Whoever runs it may begin elsewhere.
pub async fn what_was_never_founded_is_left_alone(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let model = Model::attached::<0>(&store, of_notes()).await;
    let first = write(&store, [noted("a")]).await;
    model.is_empty_at(None, "before it is founded").await;
    // What is there by then is for whoever runs it.
    model.found(1).await;
    write(&store, [noted("b")]).await;
    model.is_empty_at(Some(Checkpoint::default()), "behind").await;
    model.run(first.position().next()).await;
    let receipt = write(&store, [noted("a")]).await;
    model.is_at(receipt.position(), "founded and caught up").await;
}

/// Nobody knows yet in how many partitions it is going to run.
pub async fn what_was_only_claimed_is_left_alone(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let model = Model::attached::<0>(&store, of_notes()).await;
    let claimed = super::done(store.claim(&model.key()).await);
    write(&store, [noted("a")]).await;
    model.is_empty_at(Some(claimed), "claimed").await;
    model.found(3).await;
    write(&store, [noted("b")]).await;
    model.is_empty_at(Some(claimed), "in three partitions").await;
}

/// One transaction cannot move all of their checkpoints.
pub async fn what_is_parted_is_left_alone(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let model = Model::attached::<0>(&store, of_notes()).await;
    model.found(2).await;
    write(&store, [noted("a")]).await;
    write(&store, [noted("b"), unrelated()]).await;
    model.is_empty_at(Some(Checkpoint::default()), "in two partitions").await;
}

/// Its events would overtake what waits.
pub async fn what_has_events_in_quarantine_is_left_alone(
    place: impl Fixture<Store: InlineStore + DocumentSink>,
) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    let first = write(&store, [noted("a")]).await.position();
    let node = NodeId::random();
    let epoch = model.leased(node).await.epoch;
    let lane = Lane::Stream(stream("1"));
    let change = |change| store.advance(Advance::new(model.key(), epoch, first).quarantine(vec![change]));
    let park = Change::Park {
        lane: lane.clone(),
        position: first,
        stream: stream("1"),
        event_type: event_type("Noted"),
        failure: None,
    };
    change(park).await.expect("the owner may move it");
    let (before, documents) = (model.at().await, model.documents().await);
    let second = write(&store, [noted("a")]).await.position();
    assert_eq!((model.at().await, model.documents().await), (before, documents));
    change(Change::Release { lane, position: first }).await.expect("the owner may still move it");
    model.commit(0, epoch, second).await.expect("the owner may commit");
    let third = write(&store, [noted("b")]).await.position();
    model.is_at(third, "with nothing in quarantine").await;
}

/// Until it is not any more.
pub async fn what_is_behind_is_left_alone_until_it_has_caught_up(
    place: impl Fixture<Store: InlineStore + DocumentSink>,
) {
    let store = place.open().await;
    let mut model = Model::new(&store).await;
    for round in 0..3 {
        let applied = write(&store, [noted("a")]).await;
        model.is_at(applied.position(), "caught up").await;
        model.detach();
        let missed = write(&store, [noted("b"), unrelated()]).await;
        model = Model::attached::<0>(&store, of_notes()).await;
        let (before, documents) = (model.at().await, model.documents().await);
        write(&store, [noted("c")]).await;
        let last = write(&store, [unrelated(), noted("a"), noted("b")]).await;
        assert_eq!((model.at().await, model.documents().await), (before, documents), "round {round}");
        // Half-way is not enough.
        model.run(missed.position()).await;
        let before = model.at().await;
        let last = write(&store, [noted("c")]).await.position().max(last.position());
        assert_eq!(model.at().await, before, "half-way, round {round}");
        model.run(last).await;
    }
}

/// A checkpoint that was kept before them is not behind.
pub async fn events_that_do_not_concern_it_are_passed_over(
    place: impl Fixture<Store: InlineStore + DocumentSink>,
) {
    let store = place.open().await;
    for _ in 0..3 {
        write(&store, (0..20).map(|_| unrelated())).await;
    }
    let model = Model::new(&store).await;
    assert_eq!(model.at().await.position, Position::START);
    let receipt = write(&store, [noted("a")]).await;
    model.is_at(receipt.position(), "after 60 others").await;
}

/// See [`Attached`](factum_core::sink::Attached).
pub async fn what_is_detached_is_left_alone(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let mut model = Model::new(&store).await;
    let other = Model::founded::<1>(&store, of_notes()).await;
    assert!(!store.inlines().is_empty());
    write(&store, [noted("a")]).await;
    let (before, documents) = (model.at().await, model.documents().await);
    model.detach();
    let receipt = write(&store, [noted("a")]).await;
    assert_eq!((model.at().await, model.documents().await), (before, documents));
    other.is_at(receipt.position(), "attached").await;
    drop(other);
    assert!(store.inlines().is_empty());
}

/// It is behind then, and nothing is lost, whoever writes.
pub async fn a_handle_without_the_projection_writes_beside_it(
    place: impl Fixture<Store: InlineStore + DocumentSink>,
) {
    let (store, other) = (place.open().await, place.open().await);
    let model = Model::new(&store).await;
    let mut last = write(&other, [unrelated()]).await;
    for round in 0..3 {
        last = write(&store, [noted("a")]).await;
        model.is_at(last.position(), "nobody else has written").await;
        last = write(&other, [noted("b")]).await;
        let before = model.at().await;
        assert!(before.position < last.position() && before.epoch > Epoch::default(), "round {round}");
        last = write(&store, [noted("a")]).await;
        assert_eq!(model.at().await, before, "round {round}");
        model.run(last.position()).await;
        model.is_at(last.position(), "caught up").await;
    }
    write(&other, [unrelated()]).await;
    assert!(write(&store, [noted("a")]).await.position() > last.position());
    assert_eq!(model.documents().await, model.expected().await);
}
