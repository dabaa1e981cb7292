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
    /// Whether nothing can appear any more where it looks, and that is found out without asking for it.
    pub(crate) fn is_settled(&self) -> bool {
        // Not up to the mark: the page would end where it cannot say whether there is more.
        self.direction == Direction::Forward && self.item.tags.is_empty() && self.before <= self.mark
    }

    /// Whether or not that is so. Each row, or one that is alone, says up to where the log can be read.
    pub(crate) async fn run(
        &self,
        scan: &sql::Scan,
        link: &mut Link,
        see: impl FnMut(&Row),
    ) -> Result<Taken, tokio_postgres::Error> {
        let rows = |rows| take(rows, self.limit, see);
        let [mark, after, before] = [self.mark, self.after, self.before].map(|place| place.get() as i64);
        let (types, categories, limit) = (self.types(), self.categories(), self.limit as i64);
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

    /// Where [it is settled](Self::is_settled), which costs less.
    pub(crate) async fn run_settled(
        &self,
        read: &sql::Read,
        link: &mut Link,
    ) -> Result<Taken, tokio_postgres::Error> {
        let [after, before] = [self.after, self.before].map(|place| place.get() as i64);
        let (types, categories, limit) = (self.types(), self.categories(), self.limit as i64);
        let rows = |rows| take(rows, self.limit, |_| ());
        link.stream(&read.settled, &[&after, &before, &types, &categories, &limit], rows).await
    }

    fn types(&self) -> Option<Vec<&str>> {
        let types = &self.item.types;
        (!types.is_empty()).then(|| types.iter().map(factum_core::EventType::as_str).collect())
    }

    fn categories(&self) -> Option<Vec<&str>> {
        let categories = &self.item.categories;
        (!categories.is_empty()).then(|| categories.iter().map(factum_core::Category::as_str).collect())
    }
}

/// The items of a query; a query for everything is one item that asks for nothing.
pub(crate) fn items(query: &Query) -> Vec<QueryItem> {
    if query.is_all() { vec![QueryItem::default()] } else { query.items().to_vec() }
}
