//! A [`Query`] as statements: one for each item, whose results are merged by position.

use crate::{
    database::Parameters,
    link::Link,
    read::take::{Taken, take},
    sql,
};
use factum_core::{Position, Query, QueryItem, store::Direction};
use tokio_postgres::Row;

/// How many positions one read looks at for an item without a tag, so that a rare type costs many short reads
/// rather than one long one.
pub(crate) const WINDOW: u64 = 50_000;

/// The events with `after < position < before` that match one item.
pub(crate) struct ItemQuery<'a> {
    pub(crate) item: &'a QueryItem,
    pub(crate) mark: Position,
    pub(crate) after: Position,
    pub(crate) before: Position,
    pub(crate) direction: Direction,
    pub(crate) limit: usize,
}

impl ItemQuery<'_> {
    pub(crate) async fn run(
        &self,
        scan: &sql::Scan,
        link: &mut Link,
        see: impl FnMut(&Row),
    ) -> Result<Taken, tokio_postgres::Error> {
        let names =
            |names: Vec<&'_ str>| (!names.is_empty()).then(|| names.into_iter().map(str::to_owned).collect());
        let types: Option<Vec<String>> =
            names(self.item.types.iter().map(factum_core::EventType::as_str).collect());
        let categories: Option<Vec<String>> =
            names(self.item.categories.iter().map(factum_core::Category::as_str).collect());
        let rows = |rows| take(rows, self.limit, see);
        let [mark, after, before] = [self.mark, self.after, self.before].map(|place| place.get() as i64);
        let limit = self.limit as i64;
        let Some((first, others)) = self.item.tags.split_first() else {
            let statement = scan.log.towards(self.direction);
            return link
                .stream(statement, &[&mark, &after, &before, &types, &categories, &limit], rows)
                .await;
        };
        let statement = scan.tagged.towards(self.direction);
        let first = first.as_str();
        let others: Vec<&str> = others.iter().map(factum_core::Tag::as_str).collect();
        let parameters: &Parameters<'_> =
            &[&mark, &after, &before, &first, &others, &types, &categories, &limit];
        link.stream(statement, parameters, rows).await
    }
}

/// The items of a query; a query for everything is one item that asks for nothing.
pub(crate) fn items(query: &Query) -> Vec<QueryItem> {
    if query.is_all() { vec![QueryItem::default()] } else { query.items().to_vec() }
}
