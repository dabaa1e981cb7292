use super::Page;
use crate::{Category, Position, Query, StreamId, StreamVersion, limits};
use std::num::NonZeroUsize;

/// In which order to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Oldest first.
    #[default]
    Forward,
    /// Newest first.
    Backward,
}

/// A page of a stream: the events with `after < version < before`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReadStream {
    /// The stream.
    pub stream: StreamId,
    /// Only events after this version.
    pub after: StreamVersion,
    /// Only events before this version.
    pub before: Option<StreamVersion>,
    /// In which order.
    pub direction: Direction,
    /// At most so many events.
    pub limit: NonZeroUsize,
}

impl ReadStream {
    /// The whole stream, oldest first, in pages of 1,000.
    #[must_use]
    pub const fn new(stream: StreamId) -> Self {
        Self {
            stream,
            after: StreamVersion::EMPTY,
            before: None,
            direction: Direction::Forward,
            limit: DEFAULT_LIMIT,
        }
    }
}

/// A page of the log: the events with `after < position < before` that match `query`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReadLog {
    /// Which events.
    pub query: Query,
    /// Only events after this position.
    pub after: Position,
    /// Only events before this position.
    pub before: Option<Position>,
    /// In which order.
    pub direction: Direction,
    /// At most so many events.
    pub limit: NonZeroUsize,
}

impl ReadLog {
    /// All events that match, oldest first, in pages of 1,000.
    #[must_use]
    pub const fn new(query: Query) -> Self {
        Self {
            query,
            after: Position::START,
            before: None,
            direction: Direction::Forward,
            limit: DEFAULT_LIMIT,
        }
    }
}

/// The methods of a request for the places of type `$place` between two others, in either order.
macro_rules! range_methods {
    ($request:ident, $place:ident, $unit:literal) => {
        impl $request {
            #[doc = concat!("Only events after this ", $unit, ".")]
            #[must_use]
            pub const fn after(mut self, place: $place) -> Self {
                self.after = place;
                self
            }

            #[doc = concat!("Only events before this ", $unit, ".")]
            #[must_use]
            pub const fn before(mut self, place: $place) -> Self {
                self.before = Some(place);
                self
            }

            /// Newest first.
            #[must_use]
            pub const fn backward(mut self) -> Self {
                self.direction = Direction::Backward;
                self
            }

            /// At most `limit` events, 1 to [`limits::PAGE_EVENTS`]; other values are moved there.
            #[must_use]
            pub const fn limit(mut self, limit: usize) -> Self {
                self.limit = bounded(limit);
                self
            }

            /// Moves the range behind `page`, so that the next read goes on there, even if `page` was the last one.
            pub const fn go_on_after(&mut self, page: &Page<$place>) {
                match self.direction {
                    Direction::Forward => self.after = page.through,
                    Direction::Backward => self.before = Some(page.through),
                }
            }

            /// The request for the page after `page`, or `None` if that was the last one.
            #[must_use]
            pub fn following(mut self, page: &Page<$place>) -> Option<Self> {
                self.go_on_after(page);
                (!page.done).then_some(self)
            }
        }
    };
}

range_methods!(ReadStream, StreamVersion, "version");
range_methods!(ReadLog, Position, "position");

/// Which streams to list, in the order of category, then key, both by bytes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ListStreams {
    /// Only streams of this category.
    pub category: Option<Category>,
    /// Only streams after this one.
    pub after: Option<StreamId>,
    /// At most so many.
    pub limit: NonZeroUsize,
}

impl ListStreams {
    /// All streams, in pages of 1,000.
    #[must_use]
    pub const fn all() -> Self {
        Self { category: None, after: None, limit: DEFAULT_LIMIT }
    }

    /// The streams of one category, in pages of 1,000.
    #[must_use]
    pub const fn of(category: Category) -> Self {
        Self { category: Some(category), after: None, limit: DEFAULT_LIMIT }
    }

    /// Only streams after `stream`.
    #[must_use]
    pub fn after(mut self, stream: StreamId) -> Self {
        self.after = Some(stream);
        self
    }

    /// At most `limit` streams, 1 to [`limits::PAGE_EVENTS`]; other values are moved there.
    #[must_use]
    pub const fn limit(mut self, limit: usize) -> Self {
        self.limit = bounded(limit);
        self
    }
}

const DEFAULT_LIMIT: NonZeroUsize = NonZeroUsize::new(1_000).expect("1,000 is not 0");

const fn bounded(limit: usize) -> NonZeroUsize {
    let limit = if limit > limits::PAGE_EVENTS { limits::PAGE_EVENTS } else { limit };
    match NonZeroUsize::new(limit) {
        Some(limit) => limit,
        None => NonZeroUsize::MIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_events_is_followed_unless_it_was_the_last() {
        let empty = |done| Page::new(Vec::new(), Position::new(50), done);
        let forward = ReadLog::new(Query::all()).before(Position::new(90));
        let next = forward.clone().following(&empty(false)).expect("there may be more");
        assert_eq!((next.after.get(), next.before), (50, Some(Position::new(90))));
        let next = forward.clone().backward().following(&empty(false)).expect("there may be more");
        assert_eq!((next.after, next.before), (Position::START, Some(Position::new(50))));
        assert!(forward.following(&empty(true)).is_none());
    }
}
