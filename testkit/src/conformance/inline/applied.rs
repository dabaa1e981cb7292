//! What an append changes.

use super::{
    model::{Model, of_notes, of_type},
    notes::{erased, noted, noted_in, unrelated},
};
use crate::conformance::{
    Fixture,
    steps::{categories, stream, stream_of, tag, tags, write},
};
use factum_core::{
    Position, Query,
    checkpoint::Epoch,
    sink::{DocumentSink, InlineStore},
};

/// When the append is acknowledged, its events are in the read model.
pub async fn an_append_changes_the_read_model(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    for (n, keys) in ["a", "b", "a,b", "a"].into_iter().enumerate() {
        let receipt = write(&store, [noted(keys)]).await;
        model.is_at(receipt.position(), keys).await;
        assert_eq!(model.documents().await.values().map(Vec::len).sum::<usize>(), [1, 2, 4, 5][n]);
    }
}

/// Once for an append, however many events it has.
pub async fn the_epoch_rises_with_each_append(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    let mut epoch = model.at().await.epoch;
    for count in [1, 1, 5] {
        write(&store, (0..count).map(|_| noted("a"))).await;
        assert_eq!(model.at().await.epoch, epoch.next(), "after {count} events");
        epoch = epoch.next();
    }
    assert_ne!(epoch, Epoch::default());
}

/// The events are given the places that they are going to have, in the order of the log.
pub async fn events_of_several_streams_come_in_order(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    let (a, b) = (stream("a"), stream_of("room", "b"));
    for _ in 0..3 {
        let events = [noted_in(&b, "x"), noted_in(&a, "x"), noted_in(&a, "y"), noted_in(&b, "x,y")];
        let receipt = write(&store, events).await;
        model.is_at(receipt.position(), "after an append to two streams").await;
    }
    assert_eq!(model.documents().await["x"].len(), 9);
}

/// Such as are more than a store writes in one piece.
pub async fn many_events_in_one_append_are_applied(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    write(&store, [noted("5"), noted("0")]).await;
    let receipt = write(&store, (0..1_000).map(|n| noted(&format!("few {},{}", n % 7, n % 100)))).await;
    model.is_at(receipt.position(), "after 1,000 events").await;
}

/// Those that concern a projection are in it, whatever is beside them in the append.
pub async fn the_query_says_what_concerns_it(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let queries: [Query; 6] = [
        Query::all(),
        of_type("Noted").into(),
        categories(&["room"]).into(),
        tags(&["red", "hot"]).into(),
        of_type("Noted").category("account".parse().expect("a category")).tag(tag("red")).into(),
        Query::any_of([of_type("Erased"), tags(&["hot"]), categories(&["nobody"])]),
    ];
    for query in queries {
        let place = place.another().await;
        let store = place.open().await;
        let model = Model::founded::<0>(&store, query.clone()).await;
        let room = stream_of("room", "1");
        for round in 0..2 {
            let events = [
                noted("a").with_tags([tag("red"), tag("hot")]),
                noted_in(&room, "a,b"),
                noted("b").with_tags([tag("hot")]),
                noted("c").with_tags([tag("red")]),
                erased("b"),
                noted_in(&room, "d").with_tags([tag("cold"), tag("hot"), tag("red")]),
                unrelated(),
            ];
            let receipt = write(&store, events).await;
            model.is_at(receipt.position(), &format!("{query:?}, round {round}")).await;
            assert!(!model.documents().await.is_empty(), "{query:?}");
        }
    }
}

/// They cost nothing.
pub async fn events_that_do_not_concern_it_move_nothing(
    place: impl Fixture<Store: InlineStore + DocumentSink>,
) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    write(&store, [unrelated(), unrelated()]).await;
    write(&store, [unrelated()]).await;
    assert_eq!(model.at().await.position, Position::START);
    assert_eq!(model.at().await.epoch, Epoch::default());
    // And they are not in the way.
    let receipt = write(&store, [unrelated(), noted("a"), unrelated()]).await;
    model.is_at(receipt.position(), "between others").await;
    let before = model.at().await;
    write(&store, [unrelated()]).await;
    assert_eq!(model.at().await, before);
    let receipt = write(&store, [noted("a")]).await;
    model.is_at(receipt.position(), "after others").await;
}

/// Each with what concerns it, and with a checkpoint of its own.
pub async fn several_projections_are_applied(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let notes = Model::new(&store).await;
    let rooms = Model::founded::<1>(&store, categories(&["room"]).into()).await;
    let room = stream_of("room", "1");
    let first = write(&store, [noted("a")]).await;
    notes.is_at(first.position(), "what concerns one").await;
    assert_eq!(rooms.at().await.position, Position::START);
    let second = write(&store, [noted("b"), noted_in(&room, "a")]).await;
    notes.is_at(second.position(), "what concerns both").await;
    rooms.is_at(second.position(), "what concerns both").await;
    write(&store, [noted("a")]).await;
    assert_eq!(rooms.at().await.position, second.position());
    assert_eq!((notes.documents().await.len(), rooms.documents().await.len()), (2, 1));
}

/// A document that is deleted begins anew when it comes again, in the same append as in a later one.
pub async fn documents_are_deleted_and_come_again(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let model = Model::new(&store).await;
    let steps = [
        vec![noted("a,b")],
        vec![erased("a")],
        vec![noted("a"), erased("a,b")],
        vec![noted("a")],
        vec![erased("a"), noted("a,b"), erased("c")],
        vec![noted("b"), erased("b"), noted("b"), noted("b")],
    ];
    let lines = [2, 1, 0, 1, 2, 3];
    for (events, lines) in steps.into_iter().zip(lines) {
        let receipt = write(&store, events).await;
        model.is_at(receipt.position(), "after deletes").await;
        assert_eq!(model.documents().await.values().map(Vec::len).sum::<usize>(), lines);
    }
}

/// What a [`ProjectInline`](factum_core::projection::ProjectInline) gives as work is done, with the documents that it has
/// asked for.
pub async fn a_projection_may_have_work_of_its_own(place: impl Fixture<Store: InlineStore + DocumentSink>) {
    let store = place.open().await;
    let own = Model::with_work(&store).await;
    let notes = Model::founded::<0>(&store, of_notes()).await;
    for events in
        [vec![noted("a"), noted("b,a")], vec![erased("b"), noted("c")], vec![noted("b"), erased("a")]]
    {
        let receipt = write(&store, events).await;
        own.is_at(receipt.position(), "by work of its own").await;
        notes.is_at(receipt.position(), "beside it").await;
    }
}
