use super::Selection;
use crate::{
    EventType, Invalid, NewEvent, Position, Query, QueryItem, RecordedEvent, StreamId, StreamVersion, Tag,
    Timestamp, Topic, TopicPattern,
};
use proptest::{collection::vec, prelude::*};

fn pattern(text: &str) -> TopicPattern {
    text.parse().expect("a pattern")
}

fn event(category: &str, key: &str, event_type: &str) -> RecordedEvent {
    let stream = StreamId::new(category, key).expect("a stream");
    let event = NewEvent::new(stream, EventType::new(event_type).expect("a type"), "{}");
    event.recorded(Position::new(1), StreamVersion::FIRST, Timestamp::UNIX_EPOCH)
}

/// The categories and the types that a store is asked for.
fn asked(selection: impl Into<Selection>) -> Result<Vec<String>, Invalid> {
    let query = selection.into().query()?;
    let print = |item: &QueryItem| {
        let categories: Vec<_> = item.categories.iter().map(ToString::to_string).collect();
        let types: Vec<_> = item.types.iter().map(ToString::to_string).collect();
        format!("{}:{}", categories.join("|"), types.join("|"))
    };
    Ok(query.items().iter().map(print).collect())
}

#[test]
fn a_store_is_asked_for_the_category_and_the_type_that_a_pattern_names() {
    let asked = |text| asked(pattern(text)).expect("it can match");
    assert_eq!(asked("order.#"), ["order:"]);
    assert_eq!(asked("order.7.#"), ["order:"]);
    assert_eq!(asked("order.*.Paid"), ["order:Paid"]);
    assert_eq!(asked("a%2Eb.*.order.paid"), ["a.b:order.paid"]);
    assert_eq!(asked("*.*.Paid"), [":Paid"]);
    assert_eq!(asked("order.*.Paid.#"), ["order:"]);
    for nothing in ["#", "*.7.*", "#.Paid", "*.#.Paid"] {
        assert!(asked(nothing).is_empty(), "{nothing}");
    }
}

#[test]
fn of_several_patterns_for_each_and_of_one_that_names_nothing_for_all() {
    assert_eq!(asked(["order.#", "*.*.Paid", "order.7.#"].map(pattern)).expect("asked"), ["order:", ":Paid"]);
    assert!(asked(["order.#", "#.Paid"].map(pattern)).expect("asked").is_empty());
    assert!(asked([]).expect("asked").is_empty());
}

#[test]
fn of_a_query_beside_patterns_for_what_matches_both() {
    let types = |names: &[&'static str]| QueryItem::types(names.iter().copied().map(EventType::from_static));
    let query =
        Query::any_of([types(&["Paid", "Shipped"]), types(&["Opened"]).tag(Tag::new("t").expect("a tag"))]);
    let both = Selection::from(query).topics(["order.#", "*.*.Paid"].map(pattern));
    assert_eq!(asked(both.clone()).expect("asked"), ["order:Paid|Shipped", ":Paid", "order:Opened"]);
    let tags: Vec<_> = both.query().expect("a query").items().iter().map(|item| item.tags.len()).collect();
    assert_eq!(tags, [0, 0, 1]);
    // Nothing matches both.
    let neither = Selection::from(types(&["Opened"])).topic(pattern("*.*.Paid"));
    assert_eq!(asked(neither.clone()).expect("asked"), [":Opened"]);
    assert!(!neither.matches_event(&event("order", "7", "Opened")));
}

#[test]
fn more_pairs_than_a_store_can_be_asked_for_are_told_apart_by_whoever_reads() {
    let many = (0..40).map(|n| QueryItem::tags([Tag::of("n", n).expect("a tag")]));
    let query = Query::any_of(many);
    let patterns = (0..40).map(|n| pattern(&format!("c{n}.#")));
    let selection = Selection::from(query.clone()).topics(patterns);
    assert_eq!(selection.query().expect("a query"), query);
}

#[test]
fn a_pattern_that_no_event_can_match_is_refused() {
    for text in ["order", "order.*", "*.*", "a-b.#", "%41.#", "a.%.#", "a.*.%", "%.#", "a.b.%zz", "a.b.%ff"] {
        let refused = asked(pattern(text)).expect_err(text).to_string();
        assert!(refused.starts_with(&format!("topic pattern {text} matches no event")), "{refused}");
    }
}

proptest! {
    #[test]
    fn whatever_is_selected_matches_what_a_store_is_asked_for(
        patterns in vec(vec(prop_oneof!["a", "b", "%2A", "%", "\\*", "#"], 1..6), 1..4),
        types in vec(prop_oneof!["a", "b", "a\\.b"], 0..2),
        (category, key, event_type) in ("[ab*.]{1,2}", "[ab*.]{1,2}", "[ab*.]{1,4}"),
    ) {
        let patterns: Vec<_> = patterns.iter().map(|words| pattern(&words.join("."))).collect();
        let types = types.iter().map(|name| EventType::new(name).expect("a type"));
        let selection = Selection::from(QueryItem::types(types)).topics(patterns.clone());
        let event = event(&category, &key, &event_type);
        let topic = Topic::of_event(&event);
        for pattern in &patterns {
            prop_assert_eq!(pattern.matches_event(&event), pattern.matches(&topic));
            let alone = Selection::from(pattern.clone());
            match alone.query() {
                Ok(query) => prop_assert!(!alone.matches_event(&event) || query.matches_event(&event)),
                Err(_) => prop_assert!(!alone.matches_event(&event), "{pattern} and {topic}"),
            }
        }
        if let Ok(query) = selection.query() {
            prop_assert!(!selection.matches_event(&event) || query.matches_event(&event));
        }
    }
}
