use super::take::take;
use crate::{PgStore, error::Context};
use factum_core::{
    Position, StoreError,
    store::{Page, ReadLog},
};

impl PgStore {
    /// The log, in order, up to the first position that may still appear. The page shows by its own positions where that
    /// is, so that what is delivered and what it is judged by are of one snapshot.
    pub(super) async fn read_everything(&self, request: &ReadLog) -> Result<Page<Position>, StoreError> {
        let doing = "reading the log";
        let database = &self.inner.database;
        let limit = self.inner.page_limit(request.limit.get());
        let end = request.before.unwrap_or(Position::MAX);
        loop {
            // Before the statement: what was settled then is to be seen in its snapshot.
            let mark = self.inner.watermark.mark();
            let mut link = database.link(doing).await?;
            let bounds = [request.after.get(), end.get(), limit as u64].map(|n| n as i64);
            let read = &database.sql.read.everything_forward;
            let rows = |rows| take(rows, limit);
            let taken = link.stream(read, &[&bounds[0], &bounds[1], &bounds[2]], rows).await;
            let mut taken = taken.doing(doing)?;

            let mut through = mark.max(request.after);
            let mut settled = 0;
            for row in &taken.rows {
                let position = Position::new(row.get::<_, i64>(1) as u64);
                if position > through && position != through.next() {
                    break;
                }
                through = through.max(position);
                settled += 1;
            }
            let hole = (settled < taken.rows.len()).then(|| through.next());
            taken.rows.truncate(settled);
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
