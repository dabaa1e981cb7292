//! Pages of the log.

use crate::conformance::{
    Fixture,
    steps::{event, event_with, log, log_by, names, page, positions, read, stream, types, write},
};
use factum_core::{
    EventReader, EventStore, Position, Query, limits,
    store::{Direction, ReadLog},
};

const PAGE: usize = 4;

/// A store with `count` events, and their positions.
async fn filled<S: EventStore>(place: &impl Fixture<Store = S>, count: usize) -> (S, Vec<u64>) {
    let store = place.open().await;
    let mut all = Vec::new();
    for n in 0..count {
        all.push(write(&store, [event(&stream(&format!("{}", n % 3)), "x")]).await.position().get());
    }
    (store, all)
}

fn all() -> ReadLog {
    ReadLog::new(Query::all())
}

/// Reads the log in pages, at lengths at which an error by one shows.
async fn pages(place: impl Fixture<Store: EventStore>, direction: Direction) {
    let store = place.open().await;
    let mut written: Vec<u64> = Vec::new();
    for count in [0, 1, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, 3 * PAGE + 1] {
        while written.len() < count {
            written.push(write(&store, [event(&stream("a"), "x")]).await.position().get());
        }
        let mut expected = written.clone();
        if direction == Direction::Backward {
            expected.reverse();
        }
        for limit in [1, PAGE, limits::PAGE_EVENTS] {
            let mut request = all().limit(limit);
            request.direction = direction;
            let found = positions(&log_by(&store, request).await);
            assert_eq!(found, expected, "{count} events in pages of {limit}");
        }
    }
}

/// At 0, 1, page - 1, page, page + 1 and so on.
pub async fn pages_of_the_log_miss_nothing_at_their_edges(place: impl Fixture<Store: EventStore>) {
    pages(place, Direction::Forward).await;
}

/// At 0, 1, page - 1, page, page + 1 and so on.
pub async fn pages_of_the_log_backward_miss_nothing_at_their_edges(place: impl Fixture<Store: EventStore>) {
    pages(place, Direction::Backward).await;
}

/// The events with `after < position < before`, in both directions.
pub async fn a_range_of_the_log_leaves_out_both_ends(place: impl Fixture<Store: EventStore>) {
    let (store, all_) = filled(&place, 10).await;
    let last = all_[9];
    for after in [0, all_[0], all_[3], all_[8], last, last + 7] {
        for before in
            [None, Some(0), Some(1), Some(all_[0]), Some(all_[4]), Some(last), Some(last + 1), Some(last + 9)]
        {
            let inside = |place: &u64| *place > after && before.is_none_or(|before| *place < before);
            let expected: Vec<u64> = all_.iter().copied().filter(inside).collect();
            let mut request = all().after(Position::new(after)).limit(3);
            request.before = before.map(Position::new);
            assert_eq!(positions(&log_by(&store, request.clone()).await), expected, "{request:?}");
            let request = request.backward();
            let mut backward = positions(&log_by(&store, request.clone()).await);
            backward.reverse();
            assert_eq!(backward, expected, "{request:?}");
        }
    }
}

/// The largest positions are positions.
pub async fn a_range_may_end_at_the_largest_position(place: impl Fixture<Store: EventStore>) {
    let (store, all_) = filled(&place, 3).await;
    assert_eq!(positions(&log_by(&store, all().before(Position::MAX)).await), all_);
    let mut backward = positions(&log_by(&store, all().before(Position::MAX).backward()).await);
    backward.reverse();
    assert_eq!(backward, all_);
    for request in [all().after(Position::MAX), all().after(Position::MAX).backward()] {
        let page = page(&store, request).await;
        assert!(page.events.is_empty() && page.done, "{page:?}");
    }
}

/// An empty log has been looked at when nothing was found.
pub async fn an_empty_log_is_one_empty_page(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    for request in [all(), all().backward(), ReadLog::new(types(&["x"]).into())] {
        let page = page(&store, request).await;
        assert!(page.events.is_empty() && page.done, "{page:?}");
        assert_eq!(page.through, Position::START);
    }
    assert_eq!(read(store.head().await), Position::START);
}

/// The last page goes through the head, whatever matched.
pub async fn the_last_page_has_looked_at_everything(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    for n in 1..=10 {
        write(&store, [event(&stream("a"), if n == 3 { "Rare" } else { "Frequent" })]).await;
    }
    let head = read(store.head().await);
    for (name, expected) in [("Rare", &["Rare"][..]), ("Absent", &[])] {
        let page = page(&store, ReadLog::new(types(&[name]).into())).await;
        assert_eq!(names(&page.events), expected);
        assert!(page.done, "looking for {name:?}, there is nothing more to look at");
        assert_eq!(page.through, head, "looking for {name:?}, everything up to the head was looked at");
    }
}

/// A consumer that keeps `through` as its checkpoint does not skip what lies behind the range.
pub async fn a_page_does_not_look_beyond_its_range(place: impl Fixture<Store: EventStore>) {
    let (store, all_) = filled(&place, 6).await;
    let page = page(&store, all().before(Position::new(all_[4]))).await;
    assert_eq!(positions(&page.events), all_[..4]);
    assert!(page.done && page.through.get() < all_[4], "through {}, done {}", page.through, page.done);
}

/// A page never takes its reader back.
pub async fn a_page_after_the_head_stays_there(place: impl Fixture<Store: EventStore>) {
    let (store, all_) = filled(&place, 3).await;
    let beyond = Position::new(all_[2] + 90);
    let page = page(&store, all().after(beyond)).await;
    assert!(page.events.is_empty() && page.done, "{page:?}");
    assert_eq!(page.through, beyond);
}

/// A full page says where the next one begins; together they are the log.
pub async fn a_full_page_is_not_the_last_unless_the_log_ends(place: impl Fixture<Store: EventStore>) {
    let (store, all_) = filled(&place, 2 * PAGE + 1).await;
    let first = page(&store, all().limit(PAGE)).await;
    assert_eq!(positions(&first.events), all_[..PAGE]);
    assert!(!first.done, "there is more");
    assert!((all_[PAGE - 1]..all_[PAGE]).contains(&first.through.get()), "through {}", first.through);
    let next = all().limit(PAGE).following(&first).expect("there is more");
    assert_eq!(positions(&page(&store, next).await.events), all_[PAGE..2 * PAGE]);
}

/// Whoever goes on after the last page gets what was written since, and nothing twice.
pub async fn reading_goes_on_where_it_ended(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let mut request = ReadLog::new(types(&["Wanted"]).into()).limit(2);
    let mut seen = Vec::new();
    for round in 0..10 {
        for n in 0..round {
            write(&store, [event(&stream("a"), if n % 3 == 0 { "Wanted" } else { "Other" })]).await;
        }
        loop {
            let page = page(&store, request.clone()).await;
            request.go_on_after(&page);
            seen.extend(positions(&page.events));
            if page.done {
                break;
            }
        }
    }
    let all = log(&store).await;
    let wanted: Vec<_> = all.iter().filter(|event| event.event_type.as_str() == "Wanted").collect();
    assert_eq!(seen, wanted.iter().map(|event| event.position.get()).collect::<Vec<_>>());
}

/// See [`ReadLog::limit`]. Whoever asks for nothing gets one event, so that it comes further.
pub async fn a_limit_beyond_the_largest_page_is_moved_there(place: impl Fixture<Store: EventStore>) {
    let (store, all_) = filled(&place, 5).await;
    assert_eq!(positions(&page(&store, all().limit(usize::MAX)).await.events), all_);
    assert_eq!(positions(&page(&store, all().limit(0)).await.events), all_[..1]);
}

/// See [`limits::PAGE_BYTES`].
pub async fn a_page_ends_early_when_its_payloads_are_large(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let large = || event_with(vec![b'x'; limits::PAGE_BYTES / 2]);
    write(&store, [large(), large(), large()]).await;
    for request in [all(), all().backward()] {
        let first = page(&store, request.clone()).await;
        assert_eq!(
            (first.events.len(), first.done),
            (2, false),
            "events in the first page, and whether it is the last"
        );
        let rest = page(&store, request.following(&first).expect("there is more")).await;
        assert_eq!(
            (rest.events.len(), rest.done),
            (1, true),
            "events in the second page, and whether it is the last"
        );
    }
}

/// A page has at least one event, if there is one, or its reader would never get past it.
pub async fn an_event_larger_than_a_page_is_a_page(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let small = || event_with("{}");
    write(&store, [small(), event_with(vec![b'x'; limits::PAGE_BYTES + 1]), small(), small()]).await;
    assert_eq!(log(&store).await.len(), 4);
    assert_eq!(log_by(&store, all().backward()).await.len(), 4);
}

/// The head is the position of the last event.
pub async fn the_head_is_where_the_log_ends(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    assert_eq!(read(store.head().await), Position::START, "of an empty log");
    for n in 0..5 {
        let receipt = write(&store, (0..=n).map(|_| event(&stream("a"), "x"))).await;
        assert_eq!(read(store.head().await), receipt.position());
    }
    assert_eq!(log(&store).await.pop().map(|event| event.position), Some(read(store.head().await)));
}

/// A log keeps its id, and no other log has it.
pub async fn each_log_has_an_id_of_its_own(place: impl Fixture<Store: EventStore>) {
    let (store, _) = filled(&place, 1).await;
    assert_eq!(store.log_id(), store.log_id());
    let elsewhere = place.another().await;
    assert_ne!(store.log_id(), elsewhere.open().await.log_id(), "two logs have one id");
}
