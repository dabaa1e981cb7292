//! A query of any items matches what its items say, and is refused only for its size.
#![no_main]

use factum::{Category, EventType, Query, QueryItem, StreamId, Tag, invalid::Field, limits};
use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    items: Vec<Item<'a>>,
    stream: (&'a str, &'a str),
    event_type: &'a str,
    tags: Vec<&'a str>,
}

#[derive(Arbitrary, Debug)]
struct Item<'a> {
    types: Vec<&'a str>,
    tags: Vec<&'a str>,
    categories: Vec<&'a str>,
}

/// Those of the texts that are what is asked for.
fn valid<T>(texts: &[&str], read: impl Fn(&str) -> Option<T>) -> Vec<T> {
    texts.iter().filter_map(|text| read(text)).collect()
}

fn item(item: &Item<'_>) -> QueryItem {
    let mut query = QueryItem::types(valid(&item.types, |text| EventType::new(text).ok()));
    query.tags = valid(&item.tags, |text| Tag::new(text).ok());
    query.categories = valid(&item.categories, |text| Category::new(text).ok());
    query
}

fuzz_target!(|input: Input<'_>| {
    let items: Vec<_> = input.items.iter().map(item).collect();
    let query = Query::any_of(items.clone());
    let terms: usize = query.items().iter().map(|i| i.types.len() + i.tags.len() + i.categories.len()).sum();
    match query.check() {
        Ok(()) => assert!(terms <= limits::QUERY_TERMS),
        Err(refused) => assert!(terms > limits::QUERY_TERMS && refused.field() == Field::Query),
    }
    let (Ok(stream), Ok(event_type)) =
        (StreamId::new(input.stream.0, input.stream.1), EventType::new(input.event_type))
    else {
        return;
    };
    let tags = valid(&input.tags, |text| Tag::new(text).ok());
    let expected = items.is_empty()
        || items.iter().any(|item| {
            (item.types.is_empty() || item.types.contains(&event_type))
                && (item.categories.is_empty()
                    || item.categories.iter().any(|category| category.as_str() == stream.category()))
                && item.tags.iter().all(|tag| tags.contains(tag))
        });
    assert_eq!(query.matches(&stream, &event_type, &tags), expected);
});
