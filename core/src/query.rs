//! Which events: by type, by tag, by category.

use crate::{
    Invalid, RecordedEvent,
    event::EventType,
    invalid::{Field, check_length},
    limits,
    position::Position,
    stream::{Category, StreamId},
    text::text_newtype,
};
use std::fmt::Display;

text_newtype! {
    /// A word that an event carries so that it can be found across streams, such as `course:rust-101`.
    Tag, Field::Tag, limits::TAG_BYTES
}

impl Tag {
    /// The tag `name:value`.
    ///
    /// # Errors
    /// [`Invalid`] as for [`Tag::new`].
    pub fn of(name: &str, value: impl Display) -> Result<Self, Invalid> {
        Self::new(format!("{name}:{value}"))
    }
}

/// Which events of a log: those that match at least one of its items; all of them if it has none.
///
/// The items follow the [specification of dynamic consistency boundaries](https://dcb.events/specification/), with
/// categories added.
///
/// ```
/// use factum_core::{EventType, Query, QueryItem, Tag};
///
/// let query = Query::from(QueryItem::types([EventType::from_static("Enrolled")]).tag(Tag::of("course", "rust-101")?));
/// assert!(!query.is_all());
/// # Ok::<(), factum_core::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    items: Vec<QueryItem>,
}

impl Query {
    /// Every event.
    #[must_use]
    pub const fn all() -> Self {
        Self { items: Vec::new() }
    }

    /// The events that match at least one of `items`; with no item, every event.
    #[must_use]
    pub fn any_of(items: impl IntoIterator<Item = QueryItem>) -> Self {
        let items: Vec<_> = items.into_iter().collect();
        // An item without criteria matches everything, and so does the query around it.
        if items.iter().any(QueryItem::is_all) { Self::all() } else { Self { items } }
    }

    /// The items, any of which may match.
    #[must_use]
    pub fn items(&self) -> &[QueryItem] {
        &self.items
    }

    /// Checks its size against [`limits::QUERY_TERMS`]. Stores call it before they read or append.
    ///
    /// # Errors
    /// [`Invalid`] when it has more types, tags and categories.
    pub fn check(&self) -> Result<(), Invalid> {
        let terms = |item: &QueryItem| item.types.len() + item.tags.len() + item.categories.len();
        check_length(Field::Query, self.items.iter().map(terms).sum(), limits::QUERY_TERMS)
    }

    /// Whether it matches every event.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether an event with these properties matches.
    #[must_use]
    pub fn matches(&self, stream: &StreamId, event_type: &EventType, tags: &[Tag]) -> bool {
        self.is_all() || self.items.iter().any(|item| item.matches(stream, event_type, tags))
    }

    /// Whether `event` matches.
    #[must_use]
    pub fn matches_event(&self, event: &RecordedEvent) -> bool {
        self.matches(&event.stream, &event.event_type, &event.tags)
    }
}

impl From<QueryItem> for Query {
    fn from(item: QueryItem) -> Self {
        Self::any_of([item])
    }
}

/// One alternative of a [`Query`]: one of the types, one of the categories, and all of the tags. An empty list asks
/// nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueryItem {
    /// The event has one of these types.
    pub types: Vec<EventType>,
    /// The event has all of these tags.
    pub tags: Vec<Tag>,
    /// The event's stream has one of these categories.
    pub categories: Vec<Category>,
}

impl QueryItem {
    /// Events of one of these types.
    #[must_use]
    pub fn types(types: impl IntoIterator<Item = EventType>) -> Self {
        Self { types: types.into_iter().collect(), ..Self::default() }
    }

    /// Events with all of these tags.
    #[must_use]
    pub fn tags(tags: impl IntoIterator<Item = Tag>) -> Self {
        Self { tags: tags.into_iter().collect(), ..Self::default() }
    }

    /// Events in streams of one of these categories.
    #[must_use]
    pub fn categories(categories: impl IntoIterator<Item = Category>) -> Self {
        Self { categories: categories.into_iter().collect(), ..Self::default() }
    }

    /// Asks for this tag too.
    #[must_use]
    pub fn tag(mut self, tag: Tag) -> Self {
        self.tags.push(tag);
        self
    }

    /// Allows this category too.
    #[must_use]
    pub fn category(mut self, category: Category) -> Self {
        self.categories.push(category);
        self
    }

    fn is_all(&self) -> bool {
        self.types.is_empty() && self.tags.is_empty() && self.categories.is_empty()
    }

    fn matches(&self, stream: &StreamId, event_type: &EventType, tags: &[Tag]) -> bool {
        (self.types.is_empty() || self.types.contains(event_type))
            && (self.categories.is_empty() || self.categories.iter().any(|c| c.as_str() == stream.category()))
            && self.tags.iter().all(|tag| tags.contains(tag))
    }
}

/// A condition on the log as it is when the append happens (dynamic consistency boundary, DCB): the append fails if
/// an event that the writer has not seen matches what its decision was based on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AppendCondition {
    /// What the decision was based on.
    pub fail_if_events_match: Query,
    /// Up to where the writer has seen the log; matching events at or before it do not matter.
    pub after: Position,
}

impl AppendCondition {
    /// Fails if an event after `after` matches `query`.
    #[must_use]
    pub const fn new(query: Query, after: Position) -> Self {
        Self { fail_if_events_match: query, after }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_that_asks_nothing_makes_the_query_match_everything() {
        let rust = QueryItem::tags([Tag::of("course", "rust").expect("a tag")]);
        assert!(Query::any_of([rust.clone(), QueryItem::default()]).is_all());
        assert!(!Query::any_of([rust]).is_all());
    }

    #[test]
    fn types_are_alternatives_and_tags_are_not() {
        let (a, b) = (Tag::new("a").expect("a tag"), Tag::new("b").expect("a tag"));
        let [opened, closed, moved] = ["Opened", "Closed", "Moved"].map(EventType::from_static);
        let mut item = QueryItem::types([opened.clone(), closed.clone()]);
        item.tags = vec![a.clone(), b.clone()];
        let query = Query::from(item);
        let stream = StreamId::new("account", "7").expect("a stream");
        assert!(query.matches(&stream, &opened, &[b.clone(), a.clone()]));
        assert!(query.matches(&stream, &closed, &[a.clone(), b.clone()]));
        assert!(!query.matches(&stream, &moved, &[a.clone(), b]));
        assert!(!query.matches(&stream, &opened, &[a]));
    }
}
