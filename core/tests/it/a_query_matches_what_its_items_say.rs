use factum_core::{Category, EventType, Query, QueryItem, StreamId, Tag};
use proptest::{collection::vec, prelude::*};

/// A property and the number of its value, so that values meet.
type Numbers = Vec<u8>;

fn item() -> impl Strategy<Value = (Numbers, Numbers, Numbers)> {
    let numbers = || vec(0..3_u8, 0..3);
    (numbers(), numbers(), numbers())
}

fn tag(n: u8) -> Tag {
    Tag::of("n", n).unwrap()
}

fn event_type(n: u8) -> EventType {
    EventType::new(format!("T{n}")).unwrap()
}

fn category(n: u8) -> Category {
    Category::new(format!("c{n}")).unwrap()
}

proptest! {
    #[test]
    fn and_no_item_means_everything(
        items in vec(item(), 0..4),
        (in_category, of_type, tags) in (0..3_u8, 0..3_u8, vec(0..3_u8, 0..3)),
    ) {
        let query = Query::any_of(items.iter().map(|(types, tags, categories)| {
            let mut item = QueryItem::types(types.iter().copied().map(event_type));
            item.tags = tags.iter().copied().map(tag).collect();
            item.categories = categories.iter().copied().map(category).collect();
            item
        }));
        let expected = items.is_empty() || items.iter().any(|(types, all, categories)| {
            (types.is_empty() || types.contains(&of_type))
                && (categories.is_empty() || categories.contains(&in_category))
                && all.iter().all(|tag| tags.contains(tag))
        });
        let stream = StreamId::new(category(in_category).as_str(), "1").unwrap();
        let tags: Vec<_> = tags.into_iter().map(tag).collect();
        prop_assert_eq!(query.matches(&stream, &event_type(of_type), &tags), expected);
        prop_assert!(query.check().is_ok());
    }
}
