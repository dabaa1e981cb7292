use super::{
    copied,
    take::{Taken, take},
};
use crate::{PgStore, error::Context, link::Link, row::Line, sql::Sql};
use factum_core::{
    Position, StoreError,
    store::{Page, ReadLog},
};

impl PgStore {
    /// The log, in order, up to the first position that may still appear. The page shows by its own positions where that
    /// is, so that what is delivered and what it is judged by are of one snapshot.
    pub(super) async fn read_everything(&self, request: &ReadLog) -> Result<Page<Position>, StoreError> {
        let database = &self.inner.database;
        let limit = self.inner.page_limit(request.limit.get());
        let end = request.before.unwrap_or(Position::MAX);
        loop {
            // Before the statement: what was settled then is to be seen in its snapshot.
            let mark = self.inner.watermark.mark();
            let mut link = database.link(DOING).await?;
            let mut taken = everything(&mut link, &database.sql, request.after, end, limit).await?;

            let mut through = mark.max(request.after);
            let mut settled = 0;
            for Line { position, .. } in &taken.lines {
                if *position > through && *position != through.next() {
                    break;
                }
                through = through.max(*position);
                settled += 1;
            }
            let hole = (settled < taken.lines.len()).then(|| through.next());
            taken.lines.truncate(settled);
            if settled == 0
                && let Some(hole) = hole
                && self.inner.watermark.settle(hole).await
            {
                continue;
            }
            // What comes before a hole is delivered at once; whether the hole is one, the next page will ask.
            let done = if hole.is_some() { settled == 0 } else { taken.all };
            let events = self.events(link, taken).await?;
            let last = events.last().map_or(request.after, |event| event.position);
            // All of the range is looked at, also dead positions behind the last event.
            let through = through.min(end.previous()).max(request.after);
            return Ok(Page::new(events, if done { through } else { last }, done));
        }
    }
}

const DOING: &str = "reading the log";

/// The events between two positions, whether they are settled or not.
async fn everything(
    link: &mut Link,
    sql: &Sql,
    after: Position,
    before: Position,
    limit: usize,
) -> Result<Taken, StoreError> {
    if limit >= copied::WORTH && link.keeps_statements() {
        return copied::take(link, &sql.read, after, before, limit)
            .await
            .map_err(|broken| broken.doing(DOING));
    }
    let bounds = [after.get(), before.get(), limit as u64].map(|n| n as i64);
    let rows = async |rows| take(rows, limit, |_| ()).await;
    link.stream(&sql.read.everything_forward, &[&bounds[0], &bounds[1], &bounds[2]], rows).await.doing(DOING)
}
