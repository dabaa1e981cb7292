//! Stores that keep what they have, and stores that are open twice.

use super::{
    model::{Model, of_notes},
    notes::{erased, noted, noted_in, unrelated},
};
use crate::conformance::{
    Fixture,
    steps::{at_once, log, stream, write, written},
};
use factum_core::{
    Append, EventAppender as _,
    sink::{DocumentSink, InlineStore},
};

/// The read model, and how far it is.
pub async fn what_was_applied_survives(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    write(&store, [noted("a"), noted("b")]).await;
    write(&store, [erased("b"), noted("a")]).await;
    let before = (model.at().await, model.documents().await);
    drop((store, model));
    let again = place.open().await;
    let model = Model::attached::<0>(&again, of_notes()).await;
    assert_eq!((model.at().await, model.documents().await), before);
    let last = write(&again, [noted("b")]).await.position();
    model.is_at(last, "opened again").await;
}

/// Both have the projection: whichever appends, and when.
pub async fn two_handles_give_the_fold_of_the_log(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let (here, there) = (place.open().await, place.open().await);
    let models = [Model::new(&here).await, Model::attached::<0>(&there, of_notes()).await];
    for round in 0..4 {
        let store = if round % 2 == 0 { &here } else { &there };
        let last = write(store, [noted("a")]).await.position();
        for model in &models {
            model.is_at(last, "in turns").await;
        }
    }
    at_once(16, |task| {
        let store = if task % 2 == 0 { here.clone() } else { there.clone() };
        async move {
            for n in 0..6 {
                let event = match (task + n) % 5 {
                    0 => unrelated(),
                    1 => erased("x"),
                    2 => noted("x,y"),
                    _ => noted_in(&stream(&task.to_string()), "x"),
                };
                written(store.append_one(Append::new([event])).await);
            }
        }
    })
    .await;
    assert_eq!(log(&here).await.len(), 4 + 16 * 6);
    models[0].is_right().await;
}
