//! Reads find the events that match their query, and no other.

use crate::conformance::{
    Fixture,
    steps::{categories, event_type, log, log_by, positions, stream_of, tag, tags, types, write},
};
use factum_core::{EventStore, NewEvent, Query, QueryItem, store::ReadLog};

/// Enrolments and departures, interleaved.
async fn courses<S: EventStore>(place: &impl Fixture<Store = S>) -> S {
    let store = place.open().await;
    for (category, name, tags) in [
        ("course", "Defined", &["course:rust"][..]),
        ("course", "Enrolled", &["course:rust", "student:ada"]),
        ("course", "Enrolled", &["student:bob", "course:rust"]),
        ("student", "Enrolled", &[]),
        ("course", "Defined", &["course:go"]),
        ("course", "Enrolled", &["course:go", "student:ada", "paid"]),
        ("student", "Left", &["student:ada"]),
        ("course", "Left", &["course:rust", "student:ada"]),
        ("other", "Left", &["course:rust:2"]),
    ] {
        let event = NewEvent::new(stream_of(category, "1"), event_type(name), "{}");
        write(&store, [event.with_tags(tags.iter().map(|name| tag(name)))]).await;
    }
    store
}

/// Checks that the query finds the events with these numbers, from 1, in both directions and in pages.
async fn finds(place: impl Fixture<Store: EventStore>, query: impl Into<Query>, expected: &[usize]) {
    let store = courses(&place).await;
    let query = query.into();
    let all = positions(&log(&store).await);
    let expected: Vec<u64> = expected.iter().map(|number| all[number - 1]).collect();
    for limit in [1, 2, 1_000] {
        let request = ReadLog::new(query.clone()).limit(limit);
        assert_eq!(
            positions(&log_by(&store, request.clone()).await),
            expected,
            "{query:?} in pages of {limit}"
        );
        let mut backward = positions(&log_by(&store, request.backward()).await);
        backward.reverse();
        assert_eq!(backward, expected, "{query:?} backward in pages of {limit}");
    }
}

/// A query without items matches every event.
pub async fn a_query_without_items_finds_every_event(place: impl Fixture<Store: EventStore>) {
    finds(place, Query::all(), &[1, 2, 3, 4, 5, 6, 7, 8, 9]).await;
}

/// The event has one of the types.
pub async fn a_query_finds_types(place: impl Fixture<Store: EventStore>) {
    finds(place, types(&["Left"]), &[7, 8, 9]).await;
}

/// The event has one of the types.
pub async fn a_query_finds_several_types(place: impl Fixture<Store: EventStore>) {
    finds(place, types(&["Left", "Nothing", "Defined", "Left"]), &[1, 5, 7, 8, 9]).await;
}

/// The event has the tag, wherever among its tags, and whole.
pub async fn a_query_finds_a_tag(place: impl Fixture<Store: EventStore>) {
    finds(place, tags(&["course:rust"]), &[1, 2, 3, 8]).await;
}

/// The event has all of the tags, in any order.
pub async fn a_query_finds_several_tags_on_one_event(place: impl Fixture<Store: EventStore>) {
    finds(place, tags(&["student:ada", "course:rust", "student:ada"]), &[2, 8]).await;
}

/// The event's stream has one of the categories.
pub async fn a_query_finds_categories(place: impl Fixture<Store: EventStore>) {
    finds(place, categories(&["student", "nothing", "other"]), &[4, 7, 9]).await;
}

/// All parts of an item fit.
pub async fn a_query_finds_types_with_tags(place: impl Fixture<Store: EventStore>) {
    finds(place, types(&["Enrolled", "Defined"]).tag(tag("student:ada")), &[2, 6]).await;
}

/// All parts of an item fit.
pub async fn a_query_finds_types_in_a_category(place: impl Fixture<Store: EventStore>) {
    let course = "course".parse().expect("a category");
    finds(place, types(&["Left", "Defined"]).category(course), &[1, 5, 8]).await;
}

/// All parts of an item fit.
pub async fn a_query_finds_tags_in_a_category(place: impl Fixture<Store: EventStore>) {
    let student = "student".parse().expect("a category");
    finds(place, tags(&["student:ada"]).category(student), &[7]).await;
}

/// Items are alternatives, and an event that matches two of them is found once.
pub async fn a_query_finds_any_of_its_items_once(place: impl Fixture<Store: EventStore>) {
    let items = [
        tags(&["course:rust"]),
        types(&["Left"]),
        tags(&["student:ada", "course:rust"]),
        categories(&["other"]),
    ];
    finds(place, Query::any_of(items), &[1, 2, 3, 7, 8, 9]).await;
}

/// A page without events is a page.
pub async fn a_query_may_find_nothing(place: impl Fixture<Store: EventStore>) {
    finds(place, Query::any_of([types(&["Nothing"]), tags(&["paid", "course:rust"])]), &[]).await;
}

/// What means something in SQL or in a pattern is text in a name.
pub async fn a_query_is_not_a_pattern(place: impl Fixture<Store: EventStore>) {
    let names = ["%", "_", "*", "course:%", "' OR '1'='1", "Left%", "?"];
    let items =
        names.iter().flat_map(|name| [types(&[name]), tags(&[name]), categories(&[&name.replace('-', "")])]);
    finds(place, Query::any_of(items.collect::<Vec<QueryItem>>()), &[]).await;
}

/// Few events of many are found, in pages that may be empty.
pub async fn a_sparse_query_finds_its_few_events(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let (rare, frequent) = (event_type("Rare"), event_type("Frequent"));
    let name = |n: usize| if [0, 1, 777, 1_998, 1_999].contains(&n) { &rare } else { &frequent };
    let events = (0..2_000).map(|n| {
        let event = NewEvent::new(stream_of("account", &(n % 10).to_string()), name(n).clone(), "{}");
        event.with_tags(name(n).as_str().chars().take(1).map(|first| tag(&first.to_string())))
    });
    write(&store, events).await;
    let all = positions(&log(&store).await);
    let expected = [0, 1, 777, 1_998, 1_999].map(|n| all[n]);
    for query in [types(&["Rare"]), tags(&["R"])] {
        let request = ReadLog::new(query.into()).limit(2);
        assert_eq!(positions(&log_by(&store, request.clone()).await), expected);
        let mut backward = positions(&log_by(&store, request.backward()).await);
        backward.reverse();
        assert_eq!(backward, expected);
    }
}
