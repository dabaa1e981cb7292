//! Appends that come to nothing.

use super::{
    model::{Model, of_notes},
    notes::{broken, noted, unrelated},
};
use crate::conformance::{
    Fixture,
    steps::{conflict, log, stream, tag, tags, write, written},
};
use factum_core::{
    Append, AppendCondition, AppendError, EventAppender as _, ExpectedVersion, Position,
    lease::NodeId,
    sink::{DocumentSink, InlineStore},
};

/// Not the log, and not the read model.
pub async fn a_conflict_changes_nothing(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    let first = write(&store, [noted("a").with_tags([tag("x")])]).await;
    let before = (model.at().await, model.documents().await);
    let late = || Append::new([noted("b"), unrelated()]);
    conflict(store.append_one(late().expect(stream("1"), ExpectedVersion::NoStream)).await);
    let condition = AppendCondition::new(tags(&["x"]).into(), Position::START);
    conflict(store.append_one(late().fail_if(condition)).await);
    let twice = noted("b");
    match store.append_one(Append::new([twice.clone(), twice])).await {
        Err(AppendError::DuplicateEvent(_)) => {}
        other => panic!("expected a duplicate, not {other:?}"),
    }
    assert_eq!((model.at().await, model.documents().await), before);
    // Beside one that is taken.
    let appends = vec![late().expect(stream("1"), ExpectedVersion::NoStream), Append::new([noted("c")])];
    let mut outcomes = store.append(appends).await;
    let last = written(outcomes.pop().expect("there are two"));
    conflict(outcomes.remove(0));
    model.is_at(last.position(), "beside a conflict").await;
    assert!(last.position() > first.position());
}

/// If one fails, so does the other: nothing is left of either, and the same events can be appended again.
pub async fn a_projection_that_fails_fails_its_append(
    place: impl Fixture<Store: InlineStore + DocumentSink>,
) {
    let store = place.open().await;
    let (mut model, node) = (Model::new(&store).await, NodeId::random());
    write(&store, [noted("a")]).await;
    for (what, event) in broken() {
        let (before, length) = ((model.at().await, model.documents().await), log(&store).await.len());
        let append = Append::new([noted("b"), event.clone(), unrelated()]);
        for _ in 0..2 {
            match store.append_one(append.clone()).await {
                Err(AppendError::Store(error)) => assert!(!error.is_transient(), "{what}: {error:?}"),
                other => panic!("expected that an event that {what} is refused, not {other:?}"),
            }
        }
        assert_eq!((model.at().await, model.documents().await), before, "{what}");
        assert_eq!(log(&store).await.len(), length, "{what}");
        // Where nobody applies it, it is taken; and who runs the projection goes on after it.
        model.detach();
        let last = written(store.append_one(append).await).position();
        model = Model::attached::<0>(&store, of_notes()).await;
        let epoch = model.leased(node).await.epoch;
        model.advance(epoch, last).await.expect("the owner may move it");
        let before = model.documents().await["a"].len();
        let last = write(&store, [noted("a")]).await.position();
        assert_eq!(model.at().await.position, last, "{what}");
        assert_eq!(model.documents().await["a"].len(), before + 1, "{what}");
    }
}

/// Those that have succeeded before it have changed nothing either.
pub async fn a_projection_that_fails_leaves_nothing_of_the_others(
    place: impl Fixture<Store: InlineStore + DocumentSink>,
) {
    let store = place.open().await;
    let (first, own) = (Model::new(&store).await, Model::with_work(&store).await);
    let [.., (_, unfoldable)] = broken();
    write(&store, [noted("a")]).await;
    let state = async || (first.at().await, first.documents().await, own.at().await, own.documents().await);
    let before = state().await;
    let outcome = store.append_one(Append::new([noted("a"), unfoldable])).await;
    assert!(matches!(&outcome, Err(AppendError::Store(_))), "{outcome:?}");
    assert_eq!(state().await, before);
    let last = write(&store, [noted("b")]).await.position();
    first.is_at(last, "after one that failed").await;
    own.is_at(last, "after one that failed").await;
}
