//! What there is in the log: a few streams, types and tags, so that appends meet.

use clap::ValueEnum;
use factum_core::{Category, ConsumerName, EventType, Query, QueryItem, StreamId, Tag};

/// How many streams there are.
pub(crate) const STREAMS: usize = 96;
const CATEGORIES: [&str; 3] = ["account", "order", "room"];
pub(crate) const TYPES: [&str; 4] = ["Opened", "Changed", "Moved", "Closed"];
pub(crate) const TAGS: [&str; 5] = ["branch:1", "branch:2", "customer:1", "customer:2", "customer:3"];

pub(crate) fn stream(number: usize) -> StreamId {
    StreamId::of(CATEGORIES[number % CATEGORIES.len()], number / CATEGORIES.len())
        .expect("a category and a number are a stream")
}

pub(crate) fn tag(name: &str) -> Tag {
    Tag::new(name).expect("the tags here are tags")
}

pub(crate) fn event_type(name: &'static str) -> EventType {
    EventType::from_static(name)
}

/// Which events a subscriber reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum View {
    /// All of them.
    Everything,
    /// Those of a category, and those of a type.
    Kinds,
    /// Those with a tag.
    Tagged,
}

impl View {
    pub(crate) const ALL: [Self; 3] = [Self::Everything, Self::Kinds, Self::Tagged];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Kinds => "kinds",
            Self::Tagged => "tagged",
        }
    }

    pub(crate) fn consumer(self) -> ConsumerName {
        ConsumerName::from_static(self.name()).expect("the names here are names")
    }

    pub(crate) fn query(self) -> Query {
        match self {
            Self::Everything => Query::all(),
            Self::Kinds => {
                let order = Category::new("order").expect("it is a category");
                Query::any_of([QueryItem::categories([order]), QueryItem::types([event_type("Closed")])])
            }
            Self::Tagged => Query::from(QueryItem::tags([tag("customer:1")])),
        }
    }
}
