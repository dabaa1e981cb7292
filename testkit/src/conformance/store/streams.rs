//! Lists of streams.

use crate::conformance::{
    Fixture,
    steps::{event, read, stream_of, write},
};
use factum_core::{Category, EventReader, EventStore, StreamId, store::ListStreams};

async fn list(store: &impl EventStore, request: ListStreams) -> Vec<String> {
    let streams = read(store.streams(request).await);
    streams.iter().map(|found| format!("{}@{}", found.stream, found.version)).collect()
}

async fn with_streams<S: EventStore>(place: &impl Fixture<Store = S>, streams: &[&str]) -> S {
    let store = place.open().await;
    for printed in streams {
        write(&store, [event(&id(printed), "x")]).await;
    }
    store
}

fn id(printed: &str) -> StreamId {
    printed.parse().expect("the suite uses valid streams")
}

fn of(category: &str) -> ListStreams {
    ListStreams::of(Category::new(category).expect("the suite uses valid categories"))
}

/// Nothing was written, so there are none.
pub async fn an_empty_log_has_no_streams(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    assert_eq!(list(&store, ListStreams::all()).await, [""; 0]);
    assert_eq!(list(&store, of("account")).await, [""; 0]);
}

/// Each stream is listed once, with its version.
pub async fn each_stream_is_listed_with_its_version(place: impl Fixture<Store: EventStore>) {
    let store = with_streams(&place, &["a-1", "a-2", "a-1", "b-1", "a-1"]).await;
    assert_eq!(list(&store, ListStreams::all()).await, ["a-1@3", "a-2@1", "b-1@1"]);
    write(&store, [event(&id("a-2"), "x"), event(&id("a-3"), "x"), event(&id("a-2"), "x")]).await;
    assert_eq!(list(&store, ListStreams::all()).await, ["a-1@3", "a-2@3", "a-3@1", "b-1@1"]);
}

/// By category, then key, both by bytes; so not as the printed form would be sorted.
pub async fn streams_are_listed_by_category_then_key(place: impl Fixture<Store: EventStore>) {
    let store = with_streams(
        &place,
        &["b-1", "a b-1", "a-2", "B-1", "a-10", "a-1", "a-b", "a-Z", "\u{e9}-1", "a-\u{e9}"],
    )
    .await;
    let expected = [
        "B-1@1",
        "a-1@1",
        "a-10@1",
        "a-2@1",
        "a-Z@1",
        "a-b@1",
        "a-\u{e9}@1",
        "a b-1@1",
        "b-1@1",
        "\u{e9}-1@1",
    ];
    assert_eq!(list(&store, ListStreams::all()).await, expected);
}

/// See [`ListStreams::limit`] and [`ListStreams::after`].
pub async fn streams_are_listed_in_pages(place: impl Fixture<Store: EventStore>) {
    let all = ["a-1", "a-10", "a-2", "a b-1", "b-1", "b-2", "c-1"];
    let store = with_streams(&place, &["c-1", "b-2", "a-2", "b-1", "a-10", "a b-1", "a-1"]).await;
    for limit in 1..=all.len() + 1 {
        let mut found = Vec::new();
        let mut request = ListStreams::all().limit(limit);
        loop {
            let page = read(store.streams(request.clone()).await);
            assert!(page.len() <= limit, "{} streams with a limit of {limit}", page.len());
            let Some(last) = page.last() else { break };
            request = request.after(last.stream.clone());
            found.extend(page.into_iter().map(|found| found.stream.to_string()));
            assert!(found.len() <= all.len(), "with a limit of {limit}, streams are listed twice: {found:?}");
        }
        assert_eq!(found, all, "with a limit of {limit}");
    }
}

/// The stream after which to go on may be one that does not exist.
pub async fn a_list_goes_on_after_any_stream(place: impl Fixture<Store: EventStore>) {
    let store = with_streams(&place, &["a-1", "a-3", "b-1"]).await;
    for (after, expected) in [
        ("a-0", vec!["a-1@1", "a-3@1", "b-1@1"]),
        ("a-2", vec!["a-3@1", "b-1@1"]),
        ("a-3", vec!["b-1@1"]),
        ("a z-0", vec!["b-1@1"]),
        ("b-1", vec![]),
        ("c-0", vec![]),
    ] {
        assert_eq!(list(&store, ListStreams::all().after(id(after))).await, expected, "after {after}");
    }
}

/// Only streams of the category, which is not a prefix.
pub async fn the_streams_of_one_category_are_listed(place: impl Fixture<Store: EventStore>) {
    let store = with_streams(&place, &["a-1", "ab-1", "A-1", "a-b", "b-a", "a -1"]).await;
    assert_eq!(list(&store, of("a")).await, ["a-1@1", "a-b@1"]);
    assert_eq!(list(&store, of("ab")).await, ["ab-1@1"]);
    assert_eq!(list(&store, of("%")).await, [""; 0]);
}

/// Both bounds hold, whatever the category of the stream to go on after.
pub async fn the_streams_of_one_category_are_listed_in_pages(place: impl Fixture<Store: EventStore>) {
    let store = with_streams(&place, &["a-1", "b-1", "b-2", "b-3", "c-1"]).await;
    assert_eq!(list(&store, of("b").limit(2)).await, ["b-1@1", "b-2@1"]);
    assert_eq!(list(&store, of("b").after(id("b-2")).limit(2)).await, ["b-3@1"]);
    assert_eq!(list(&store, of("b").after(id("a-9"))).await, ["b-1@1", "b-2@1", "b-3@1"]);
    assert_eq!(list(&store, of("b").after(id("c-0"))).await, [""; 0]);
}

/// The version in the list is that of the last event, also of a stream that was written to in one append.
pub async fn a_listed_version_counts_all_events(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let stream = stream_of("bulk", "1");
    write(&store, (0..1_500).map(|_| event(&stream, "x"))).await;
    assert_eq!(list(&store, ListStreams::all()).await, ["bulk-1@1500"]);
}
