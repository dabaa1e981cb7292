//! Read models that are made anew.

use super::{done, model::Model, notes::noted};
use crate::conformance::{Fixture, steps::write};
use factum_core::{
    CheckpointKey, CheckpointStore as _, EventReader as _, LeaseStore as _, Position,
    lease::{Group, NodeId},
    sink::{DocumentSink, GenerationStore as _, InlineStore},
};
use std::time::Duration;

/// And no other one.
pub async fn the_generation_that_is_read_is_changed(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    let consumer = &model.group.consumer;
    write(&store, [noted("a")]).await;

    let next = done(store.rebuild(consumer, false).await);
    let name = consumer.generation(next).expect("the suite uses valid names");
    let (key, group) =
        (CheckpointKey::new(name.clone(), store.log_id()), Group::new(name, store.log_id(), 1));
    done(store.prepare(&model.collection(next)).await);
    done(store.beat(&group, NodeId::random(), Duration::ZERO).await);
    let last = write(&store, [noted("b")]).await.position();
    model.is_at(last, "while another one is made").await;
    assert!(model.documents_of(next).await.is_empty());
    assert_eq!(done(store.checkpoint(&key).await).map(|found| found.position), Some(Position::START));

    let epoch = done(store.claim(&key).await).epoch;
    model.commit(next, epoch, last).await.expect("the owner may commit");
    assert!(done(store.activate(consumer, store.log_id(), next).await));
    let (former, documents) = (model.at().await, model.documents().await);
    for _ in 0..2 {
        let last = write(&store, [noted("a"), noted("c")]).await.position();
        assert_eq!(model.documents_of(next).await, model.expected().await);
        assert_eq!(done(store.checkpoint(&key).await).map(|found| found.position), Some(last));
    }
    assert_eq!((model.at().await, model.documents().await), (former, documents));
}

/// It is left alone until it has caught up, although the former one had.
pub async fn a_generation_that_was_never_founded_is_left_alone(
    place: impl Fixture<Store: InlineStore + DocumentSink>,
) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    let consumer = &model.group.consumer;
    let next = done(store.rebuild(consumer, false).await);
    let key = CheckpointKey::new(consumer.generation(next).expect("valid names"), store.log_id());
    done(store.prepare(&model.collection(next)).await);
    write(&store, [noted("a")]).await;
    assert_eq!(done(store.checkpoint(&key).await), None);
    done(store.abandon(consumer).await);
    let last = write(&store, [noted("a")]).await.position();
    model.is_at(last, "after another one was given up").await;
    assert!(model.documents_of(next).await.is_empty());
}
