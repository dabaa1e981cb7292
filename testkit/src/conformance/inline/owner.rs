//! Whoever runs the projection beside the appends.

use super::{HOUR, done, model::Model, notes::noted};
use crate::conformance::{Fixture, steps::write};
use factum_core::{
    Checkpoint, CheckpointStore as _, LeaseStore as _,
    checkpoint::AdvanceError,
    lease::NodeId,
    sink::{CommitError, DocumentSink, InlineStore},
};
use std::time::Duration;

/// It has not seen what the append has applied, and must not apply it on top.
pub async fn who_has_not_seen_the_append_is_fenced(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    let mine = model.leased(NodeId::random()).await;
    let last = write(&store, [noted("a")]).await.position();
    let (documents, at) = (model.documents().await, model.at().await);
    for outcome in [
        model.commit(0, mine.epoch, last).await,
        model.advance(mine.epoch, last.next()).await.map_err(CommitError::from),
    ] {
        match outcome {
            Err(CommitError::Advance(AdvanceError::Fenced { epoch, current, .. })) => {
                assert_eq!((epoch, current), (mine.epoch, at.epoch));
            }
            other => panic!("expected that {} is fenced, not {other:?}", mine.epoch),
        }
    }
    assert_eq!((model.documents().await, model.at().await), (documents, at));
}

/// It is fenced, and still the one to go on.
pub async fn its_lease_stays(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    let (node, other) = (NodeId::random(), NodeId::random());
    model.leased(node).await;
    for _ in 0..3 {
        let last = write(&store, [noted("a")]).await.position();
        assert_eq!(done(store.lease(&model.group, 0, other, HOUR).await), None);
        let roll = done(store.beat(&model.group, other, Duration::ZERO).await);
        assert_eq!(roll.leases[0].holder, Some(node));
        assert_eq!(roll.leases[0].checkpoint, model.at().await);
        let at = model.at().await;
        let again = model.leased(node).await;
        assert_eq!(again, Checkpoint::new(last, at.epoch.next()));
        model.advance(again.epoch, last).await.expect("it has seen what the append has applied");
    }
}

/// By whoever has it next, too.
pub async fn what_nobody_runs_is_applied(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    let last = write(&store, [noted("a")]).await.position();
    let roll = done(store.beat(&model.group, NodeId::random(), Duration::ZERO).await);
    assert_eq!(roll.leases[0].holder, None);
    assert_eq!(model.leased(NodeId::random()).await.position, last);
    let last = write(&store, [noted("b")]).await.position();
    model.is_at(last, "while somebody runs it").await;
}

/// The events are not there any more, as far as it is concerned.
pub async fn what_was_reset_is_left_alone(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    write(&store, [noted("a")]).await;
    let reset = done(store.reset(&model.key()).await);
    let last = write(&store, [noted("a")]).await.position();
    assert_eq!(model.at().await, reset);
    model.run(last).await;
    let last = write(&store, [noted("b")]).await.position();
    model.is_at(last, "made anew").await;
}
