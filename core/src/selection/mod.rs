//! Which events a subscriber gets: those of a query, those under topics, or both.

mod narrow;
#[cfg(test)]
mod tests;

use crate::{Invalid, Query, QueryItem, RecordedEvent, topic::TopicPattern};

/// Which events a subscriber gets: those that match a [`Query`], and whose topic ([`Topic::of_event`]) matches at least one
/// of the patterns. Without patterns, all topics do.
///
/// Whatever says which events becomes one: a query, an item of a query, a pattern, or several patterns.
///
/// ```
/// use factum_core::{Query, QueryItem, Selection, Tag, TopicPattern};
///
/// let orders: TopicPattern = "order.#".parse()?;
/// let paid: TopicPattern = "invoice.*.Paid".parse()?;
///
/// let by_query = Selection::from(Query::all());
/// let by_topic = Selection::from([orders.clone(), paid]);
/// // Orders of one customer.
/// let both = Selection::from(QueryItem::tags([Tag::of("customer", 7)?])).topic(orders);
/// # assert!(by_query.query()?.is_all());
/// # assert_eq!(by_topic.query()?.items().len(), 2);
/// # assert_eq!(both.query()?.items()[0].categories.len(), 1);
/// # Ok::<(), factum_core::Invalid>(())
/// ```
///
/// [`Topic::of_event`]: crate::Topic::of_event
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    query: Query,
    topics: Vec<TopicPattern>,
}

impl Selection {
    /// Also the events under the topics of this pattern, if there are patterns already; otherwise only those.
    #[must_use]
    pub fn topic(mut self, pattern: TopicPattern) -> Self {
        self.topics.push(pattern);
        self
    }

    /// Also the events under the topics of these patterns, if there are patterns already; otherwise only those.
    #[must_use]
    pub fn topics(mut self, patterns: impl IntoIterator<Item = TopicPattern>) -> Self {
        self.topics.extend(patterns);
        self
    }

    /// The patterns, any of which may match; with none, every topic does.
    #[must_use]
    pub fn patterns(&self) -> &[TopicPattern] {
        &self.topics
    }

    /// What a store is to be asked for: a query that everything selected matches. Others may match it too, so whoever
    /// reads looks at each event with [`Selection::has_topic_of`].
    ///
    /// A pattern whose first word is no wildcard names a category, and one that names a type in all its words after the
    /// key, as `order.*.Paid` does, a type; a store finds both without a look at other events.
    ///
    /// # Errors
    /// [`Invalid`] when a pattern can match no event, as `order.*`: the topic of an event has three words or more.
    pub fn query(&self) -> Result<Query, Invalid> {
        narrow::query(&self.query, &self.topics)
    }

    /// Whether the topic of `event` is one of those that are asked for.
    #[must_use]
    pub fn has_topic_of(&self, event: &RecordedEvent) -> bool {
        self.topics.is_empty() || self.topics.iter().any(|pattern| pattern.matches_event(event))
    }

    /// Whether `event` is selected.
    #[must_use]
    pub fn matches_event(&self, event: &RecordedEvent) -> bool {
        self.query.matches_event(event) && self.has_topic_of(event)
    }
}

impl From<Query> for Selection {
    fn from(query: Query) -> Self {
        Self { query, topics: Vec::new() }
    }
}

impl From<QueryItem> for Selection {
    fn from(item: QueryItem) -> Self {
        Query::from(item).into()
    }
}

impl From<TopicPattern> for Selection {
    fn from(pattern: TopicPattern) -> Self {
        Self::default().topic(pattern)
    }
}

/// With no pattern, every event.
impl From<Vec<TopicPattern>> for Selection {
    fn from(topics: Vec<TopicPattern>) -> Self {
        Self { query: Query::all(), topics }
    }
}

/// With no pattern, every event.
impl<const N: usize> From<[TopicPattern; N]> for Selection {
    fn from(topics: [TopicPattern; N]) -> Self {
        Vec::from(topics).into()
    }
}
