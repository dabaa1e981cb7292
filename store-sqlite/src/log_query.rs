//! A [`Query`] as SQL: one statement for each item, whose results are merged by position.

use factum_core::{Position, Query, QueryItem, store::Direction};
use rusqlite::{Connection, OptionalExtension, ToSql, params_from_iter};
use std::fmt::Write as _;

/// How many positions one read looks at for an item without a tag, so that a rare type costs many short reads
/// rather than one long one.
pub(crate) const WINDOW: u64 = 50_000;

/// The events with `after < position < before` that match one item.
pub(crate) struct ItemQuery<'a> {
    pub(crate) item: &'a QueryItem,
    /// The numbers of the item's types, as [`type_numbers`] gives them.
    pub(crate) types: &'a [i64],
    pub(crate) after: Position,
    pub(crate) before: Position,
    pub(crate) direction: Direction,
    pub(crate) limit: usize,
}

impl ItemQuery<'_> {
    /// Selects `columns` of `e`, in order.
    pub(crate) fn sql(&self, columns: &str) -> String {
        let mut sql = format!("SELECT {columns} FROM ");
        // Driven by the index on tags where the item has one; by position otherwise. Either is in order already.
        let place = match self.item.tags.as_slice() {
            [] => {
                sql.push_str("factum_events e WHERE ");
                "e.position"
            }
            [_, others @ ..] => {
                sql.push_str("factum_event_tags t CROSS JOIN factum_events e ON e.position = t.position WHERE t.tag = ? AND ");
                for _ in others {
                    sql.push_str("EXISTS (SELECT 1 FROM factum_event_tags o WHERE o.tag = ? AND o.position = t.position) AND ");
                }
                "t.position"
            }
        };
        if !self.item.types.is_empty() {
            let _ = write!(sql, "e.type IN ({}) AND ", placeholders(self.types.len()));
        }
        if !self.item.categories.is_empty() {
            let names = placeholders(self.item.categories.len());
            let _ = write!(
                sql,
                "(SELECT s.category FROM factum_streams s WHERE s.id = e.stream) IN ({names}) AND "
            );
        }
        let order = match self.direction {
            Direction::Forward => "ASC",
            Direction::Backward => "DESC",
        };
        let _ = write!(sql, "{place} > ? AND {place} < ? ORDER BY {place} {order} LIMIT ?");
        sql
    }

    /// The values of the placeholders, in order.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = Box<dyn ToSql + '_>> {
        let tags = self.item.tags.iter().map(|tag| boxed(tag.as_str()));
        let types = self.types.iter().map(boxed);
        let categories = self.item.categories.iter().map(|name| boxed(name.as_str()));
        let bounds = [self.after.get(), self.before.get(), self.limit as u64].map(|n| boxed(n as i64));
        tags.chain(types).chain(categories).chain(bounds)
    }
}

fn boxed<'a>(value: impl ToSql + 'a) -> Box<dyn ToSql + 'a> {
    Box::new(value)
}

fn placeholders(count: usize) -> String {
    vec!["?"; count].join(", ")
}

/// The items of a query; a query for everything is one item that asks for nothing.
pub(crate) fn items(query: &Query) -> Vec<QueryItem> {
    if query.is_all() { vec![QueryItem::default()] } else { query.items().to_vec() }
}

/// The numbers of the types of `item`, in each version that is in the log: numbers are compared for every event that is
/// looked at, and looked up once.
pub(crate) fn type_numbers(connection: &Connection, item: &QueryItem) -> rusqlite::Result<Vec<i64>> {
    let mut numbers = Vec::with_capacity(item.types.len());
    let mut find = connection.prepare_cached(include_str!("../sql/read/types_by_name.sql"))?;
    for name in &item.types {
        for number in find.query_map([name.as_str()], |row| row.get(0))? {
            numbers.push(number?);
        }
    }
    Ok(numbers)
}

/// The first position after `after` whose event matches `query`.
pub(crate) fn first_match(
    connection: &Connection,
    query: &Query,
    after: Position,
) -> rusqlite::Result<Option<Position>> {
    let mut first: Option<i64> = None;
    for item in &items(query) {
        let types = &type_numbers(connection, item)?;
        let (before, direction) = (Position::MAX, Direction::Forward);
        let find = ItemQuery { item, types, after, before, direction, limit: 1 };
        let mut statement = connection.prepare_cached(&find.sql("e.position"))?;
        let found = statement.query_row(params_from_iter(find.parameters()), |row| row.get(0)).optional()?;
        first = first.into_iter().chain(found).min();
    }
    Ok(first.map(|position| Position::new(position as u64)))
}
