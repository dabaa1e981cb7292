//! Several appends at once.

use super::{
    model::Model,
    notes::{broken, erased, noted, noted_in, unrelated},
};
use crate::conformance::{
    Fixture,
    steps::{at_once, categories, log, stream, stream_of, written},
};
use factum_core::{
    Append, AppendError, EventAppender as _, NewEvent, Receipt,
    sink::{DocumentSink, InlineStore},
};

/// In the order given, also where they share documents.
pub async fn many_appends_of_a_call_are_applied(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    for _ in 0..3 {
        let appends = (0..40).map(|n| match n % 8 {
            3 => Append::new([unrelated()]),
            5 => Append::new([erased("1,2"), noted("1")]),
            7 => Append::new([]),
            _ => Append::new([noted_in(&stream(&n.to_string()), &format!("{},all", n % 3))]),
        });
        let receipts: Vec<_> = store.append(appends.collect()).await.into_iter().map(written).collect();
        let last = receipts.iter().filter(|receipt| !receipt.is_empty()).map(Receipt::position).max();
        assert_eq!(model.documents().await, model.expected().await);
        assert!(model.at().await.position <= last.expect("some have events"));
    }
}

/// See the guarantees of [`InlineStore`]: in the order of the log, whichever transactions the appends share.
pub async fn many_appends_at_once_give_the_fold_of_the_log(
    place: impl Fixture<Store: InlineStore + DocumentSink>,
) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    at_once(24, |task| {
        let store = store.clone();
        async move {
            for n in 0..8 {
                let (own, key) = (stream(&task.to_string()), format!("{},all", n % 3));
                let event = match (task + n) % 7 {
                    3 => erased(&key),
                    4 => unrelated(),
                    5 => noted(&key),
                    _ => noted_in(&own, &key),
                };
                written(store.append_one(Append::new([event])).await);
            }
        }
    })
    .await;
    assert_eq!(log(&store).await.len(), 24 * 8);
    model.is_right().await;
}

/// Though transactions have some of them in common and others not.
pub async fn many_appends_at_once_keep_several_projections_right(
    place: impl Fixture<Store: InlineStore + DocumentSink>,
) {
    let store = place.open().await;
    let rooms = Model::founded::<0>(&store, categories(&["room"]).into()).await;
    let accounts = Model::founded::<1>(&store, categories(&["account"]).into()).await;
    at_once(16, |task| {
        let store = store.clone();
        async move {
            for n in 0..6 {
                let (room, account) = (stream_of("room", &task.to_string()), stream(&task.to_string()));
                let events = match (task + n) % 3 {
                    0 => vec![noted_in(&room, "x")],
                    1 => vec![noted_in(&account, "x")],
                    _ => vec![noted_in(&account, "x"), noted_in(&room, "x")],
                };
                written(store.append_one(Append::new(events)).await);
            }
        }
    })
    .await;
    for model in [&rooms, &accounts] {
        model.is_right().await;
    }
    // And they have gone back to being changed by appends.
    let event = |category: &str| noted_in(&stream_of(category, "last"), "x");
    let receipt = written(store.append_one(Append::new([event("room"), event("account")])).await);
    for model in [&rooms, &accounts] {
        model.is_at(receipt.position(), "afterwards").await;
    }
}

fn is_refused(outcome: &Result<Receipt, AppendError>) -> bool {
    matches!(outcome, Err(AppendError::Store(_)))
}

/// Whoever cannot be applied takes nobody with it.
pub async fn an_append_that_fails_leaves_those_of_its_call(
    place: impl Fixture<Store: InlineStore + DocumentSink>,
) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    for (what, event) in broken() {
        let before = log(&store).await.len();
        let appends: [&[NewEvent]; 5] =
            [&[noted("a")], &[event], &[noted("b"), unrelated()], &[unrelated()], &[noted("a")]];
        let outcomes = store.append(appends.map(|events| Append::new(events.to_vec())).into()).await;
        let refused: Vec<_> = outcomes.iter().map(is_refused).collect();
        assert_eq!(refused, [false, true, false, false, false], "{what}: {outcomes:?}");
        assert_eq!(log(&store).await.len(), before + 5, "{what}");
        let last = written(outcomes.into_iter().next_back().expect("there are five"));
        model.is_at(last.position(), what).await;
    }
}

/// Nor anybody who comes at the same time.
pub async fn an_append_that_fails_leaves_those_beside_it(
    place: impl Fixture<Store: InlineStore + DocumentSink>,
) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    let refused = at_once(48, |task| {
        let store = store.clone();
        let event = match task % 12 {
            5 => broken()[task / 12].1.clone(),
            _ => noted_in(&stream(&task.to_string()), "a"),
        };
        async move { is_refused(&store.append_one(Append::new([event])).await) }
    })
    .await;
    let expected: Vec<_> = (0..48).map(|task| task % 12 == 5).collect();
    assert_eq!(refused, expected);
    assert_eq!(log(&store).await.len(), 44);
    model.is_right().await;
}
