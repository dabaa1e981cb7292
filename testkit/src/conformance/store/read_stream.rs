//! Pages of a stream.

use crate::conformance::{
    Fixture,
    steps::{event, event_with, history, stream, stream_by, stream_page, versions, write},
};
use factum_core::{
    EventStore, StreamVersion, limits,
    store::{Direction, ReadStream},
};

const PAGE: usize = 4;

/// A store whose stream `account-a` has `count` events, with others in between.
async fn filled<S: EventStore>(place: &impl Fixture<Store = S>, count: usize) -> S {
    let store = place.open().await;
    fill(&store, count).await;
    store
}

async fn fill(store: &impl EventStore, count: usize) {
    for _ in 0..count {
        write(store, [event(&stream("a"), "x"), event(&stream("b"), "y")]).await;
    }
}

fn a() -> ReadStream {
    ReadStream::new(stream("a"))
}

async fn pages(place: impl Fixture<Store: EventStore>, direction: Direction) {
    let store = place.open().await;
    let mut length = 0;
    for count in [0, 1, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, 3 * PAGE + 1] {
        fill(&store, count - length).await;
        length = count;
        let mut expected: Vec<u64> = (1..=count as u64).collect();
        if direction == Direction::Backward {
            expected.reverse();
        }
        for limit in [1, PAGE, limits::PAGE_EVENTS] {
            let mut request = a().limit(limit);
            request.direction = direction;
            let found = versions(&stream_by(&store, request).await);
            assert_eq!(found, expected, "{count} events in pages of {limit}");
        }
    }
}

/// At 0, 1, page - 1, page, page + 1 and so on.
pub async fn pages_of_a_stream_miss_nothing_at_their_edges(place: impl Fixture<Store: EventStore>) {
    pages(place, Direction::Forward).await;
}

/// At 0, 1, page - 1, page, page + 1 and so on.
pub async fn pages_of_a_stream_backward_miss_nothing_at_their_edges(place: impl Fixture<Store: EventStore>) {
    pages(place, Direction::Backward).await;
}

/// The events with `after < version < before`, in both directions.
pub async fn a_range_of_a_stream_leaves_out_both_ends(place: impl Fixture<Store: EventStore>) {
    let store = filled(&place, 9).await;
    for after in [0, 1, 4, 8, 9, 17, StreamVersion::MAX.get()] {
        for before in
            [None, Some(0), Some(1), Some(2), Some(5), Some(9), Some(10), Some(StreamVersion::MAX.get())]
        {
            let expected: Vec<u64> =
                (1..=9).filter(|v| *v > after && before.is_none_or(|before| *v < before)).collect();
            let mut request = a().after(StreamVersion::new(after)).limit(3);
            request.before = before.map(StreamVersion::new);
            assert_eq!(versions(&stream_by(&store, request.clone()).await), expected, "{request:?}");
            let request = request.backward();
            let mut backward = versions(&stream_by(&store, request.clone()).await);
            backward.reverse();
            assert_eq!(backward, expected, "{request:?}");
        }
    }
}

/// A stream without events gives an empty page.
pub async fn a_stream_without_events_is_one_empty_page(place: impl Fixture<Store: EventStore>) {
    let store = filled(&place, 2).await;
    for request in [ReadStream::new(stream("nobody")), ReadStream::new(stream("nobody")).backward()] {
        let page = stream_page(&store, request).await;
        assert!(page.events.is_empty() && page.done, "{page:?}");
        assert_eq!(page.through, StreamVersion::EMPTY);
    }
}

/// The last page goes through the stream's version.
pub async fn the_last_page_of_a_stream_goes_through_its_version(place: impl Fixture<Store: EventStore>) {
    let store = filled(&place, 5).await;
    let page = stream_page(&store, a()).await;
    assert_eq!((page.events.len(), page.through.get(), page.done), (5, 5, true));
}

/// A page never takes its reader back.
pub async fn a_page_after_the_end_of_a_stream_stays_there(place: impl Fixture<Store: EventStore>) {
    let store = filled(&place, 3).await;
    let page = stream_page(&store, a().after(StreamVersion::new(90))).await;
    assert!(page.events.is_empty() && page.done, "{page:?}");
    assert_eq!(page.through.get(), 90);
}

/// A full page says where the next one begins; together they are the stream.
pub async fn a_full_page_of_a_stream_is_not_the_last_unless_it_ends(place: impl Fixture<Store: EventStore>) {
    let store = filled(&place, 2 * PAGE + 1).await;
    let first = stream_page(&store, a().limit(PAGE)).await;
    assert_eq!((versions(&first.events), first.through.get(), first.done), (vec![1, 2, 3, 4], 4, false));
    let next = a().limit(PAGE).following(&first).expect("there is more");
    assert_eq!(versions(&stream_page(&store, next).await.events), [5, 6, 7, 8]);
}

/// The last event is found without reading what is before it.
pub async fn the_last_event_of_a_stream_is_read_alone(place: impl Fixture<Store: EventStore>) {
    let store = filled(&place, 7).await;
    let page = stream_page(&store, a().backward().limit(1)).await;
    assert_eq!(versions(&page.events), [7]);
}

/// A stream has no events of others, also of streams that begin with its name.
pub async fn a_stream_has_only_its_own_events(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    for key in ["a", "ab", "a-b", "b", "a", "A"] {
        write(&store, [event(&stream(key), "x")]).await;
    }
    assert_eq!(versions(&history(&store, &stream("a")).await), [1, 2]);
    assert_eq!(versions(&history(&store, &stream("a-b")).await), [1]);
}

/// In a stream, position order is version order.
pub async fn positions_in_a_stream_are_in_the_order_of_versions(place: impl Fixture<Store: EventStore>) {
    let store = filled(&place, 20).await;
    let events = history(&store, &stream("a")).await;
    assert_eq!(events.len(), 20);
    assert!(events.is_sorted_by_key(|event| event.position), "{events:?}");
}

/// See [`limits::PAGE_BYTES`].
pub async fn a_page_of_a_stream_ends_early_when_its_payloads_are_large(
    place: impl Fixture<Store: EventStore>,
) {
    let store = place.open().await;
    let large = || event_with(vec![b'x'; limits::PAGE_BYTES / 2]);
    write(&store, [large(), large(), large()]).await;
    for request in [a(), a().backward()] {
        let first = stream_page(&store, request.clone()).await;
        assert_eq!(
            (first.events.len(), first.done),
            (2, false),
            "events in the first page, and whether it is the last"
        );
        let rest = stream_page(&store, request.following(&first).expect("there is more")).await;
        assert_eq!(
            (rest.events.len(), rest.done),
            (1, true),
            "events in the second page, and whether it is the last"
        );
    }
}
