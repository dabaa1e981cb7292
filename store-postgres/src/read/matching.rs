use crate::{
    PgStore,
    error::Context,
    log_query::{ItemQuery, WINDOW, items},
};
use factum_core::{
    Position, QueryItem, RecordedEvent, StoreError,
    store::{Direction, Page, ReadLog},
};
use tokio_postgres::Row;

impl PgStore {
    /// The events that match a query, or all of them newest first. Each statement says up to where the log can be read in its
    /// own snapshot, and gives nothing beyond.
    pub(super) async fn read_matching(&self, request: &ReadLog) -> Result<Page<Position>, StoreError> {
        loop {
            let mark = self.inner.watermark.mark();
            let end = match request.direction {
                Direction::Forward => request.before.unwrap_or(Position::MAX),
                // To read back from the end, one has to know where it is.
                Direction::Backward => {
                    self.inner.watermark.head().await?.next().min(request.before.unwrap_or(Position::MAX))
                }
            };
            let mut merged = Merged::new(request, end);
            for item in &items(&request.query) {
                self.add(&mut merged, item, mark).await?;
            }
            let (bound, newest) = (merged.bound, merged.newest);
            let reached =
                request.direction == Direction::Forward && merged.through >= bound && bound < end.previous();
            // Something is behind the bound: a hole, or more than one statement looks at.
            if reached && newest >= bound && newest > mark && self.inner.watermark.settle(bound.next()).await
            {
                continue;
            }
            return Ok(merged.page(request));
        }
    }

    async fn add(&self, merged: &mut Merged, item: &QueryItem, mark: Position) -> Result<(), StoreError> {
        let doing = "reading the log";
        let mut find = ItemQuery {
            item,
            mark,
            after: merged.after,
            before: merged.end,
            direction: merged.direction,
            limit: self.inner.page_limit(merged.limit),
        };
        if item.tags.is_empty() && *item != QueryItem::default() {
            match merged.direction {
                Direction::Forward => {
                    find.before = find.before.min(Position::new(find.after.get().saturating_add(WINDOW + 1)));
                }
                Direction::Backward => {
                    find.after = find.after.max(Position::new(find.before.get().saturating_sub(WINDOW + 1)));
                }
            }
        }
        let mut link = self.inner.database.link(doing).await?;
        let (taken, bound, newest) = if find.is_settled() {
            let taken = find.run_settled(&self.inner.database.sql.read, &mut link).await.doing(doing)?;
            (taken, mark, mark)
        } else {
            // Beside each event, or alone if there is none.
            let mut seen: Option<(i64, Option<i64>)> = None;
            let see = |row: &Row| {
                seen.get_or_insert_with(|| (row.get(7), row.get(8)));
            };
            let taken = find.run(&self.inner.database.sql.scan, &mut link, see).await.doing(doing)?;
            let (bound, newest) = seen.ok_or_else(|| StoreError::corrupt(doing, "the bound is missing"))?;
            let newest = newest.map_or(mark, |newest| Position::new(newest as u64));
            (taken, Position::new(bound as u64), newest)
        };
        merged.bound = merged.bound.min(bound);
        merged.newest = merged.newest.max(newest);
        let all = taken.all;
        let events = self.events(link, taken).await?;
        let last = events.last().filter(|_| !all).map(|event| event.position);
        merged.through = match merged.direction {
            Direction::Forward => merged.through.min(last.unwrap_or(find.before.previous().min(bound))),
            Direction::Backward => merged.through.max(last.unwrap_or(match find.after == merged.after {
                true => merged.after,
                // A window has looked at everything above its lower bound, but not at the bound itself.
                false => find.after.next(),
            })),
        };
        merged.merge |= !merged.events.is_empty();
        merged.events.extend(events);
        Ok(())
    }
}

/// The results of the items of a query, by position.
struct Merged {
    after: Position,
    end: Position,
    direction: Direction,
    limit: usize,
    events: Vec<RecordedEvent>,
    /// Whether they are of several items: those of one are in order, and each of them is there once.
    merge: bool,
    /// Where the items have all been looked at: between this and the end that reading began at.
    through: Position,
    /// Up to where the log can be read, in the snapshot of each item.
    bound: Position,
    newest: Position,
}

impl Merged {
    fn new(request: &ReadLog, end: Position) -> Self {
        let end = end.max(request.after.next());
        let through = match request.direction {
            Direction::Forward => end.previous(),
            Direction::Backward => request.after,
        };
        let ReadLog { after, direction, limit, .. } = *request;
        Self {
            after,
            end,
            direction,
            limit: limit.get(),
            events: Vec::new(),
            merge: false,
            through,
            bound: Position::MAX,
            newest: Position::START,
        }
    }

    fn page(mut self, request: &ReadLog) -> Page<Position> {
        let through = match self.direction {
            Direction::Forward => self.through.min(self.bound).max(request.after),
            Direction::Backward => self.through,
        };
        if self.merge {
            self.events.sort_unstable_by_key(|event| event.position);
            self.events.dedup_by_key(|event| event.position);
            if self.direction == Direction::Backward {
                self.events.reverse();
            }
        }
        let looked_at = self.events.partition_point(|event| match self.direction {
            Direction::Forward => event.position <= through,
            // Reaching `after` means that everything was looked at; it is not in the range itself.
            Direction::Backward => event.position >= through,
        });
        self.events.truncate(looked_at);
        let cut = self.events.len() > self.limit;
        self.events.truncate(self.limit);
        match self.events.last() {
            Some(last) if cut => {
                let through = last.position;
                Page::new(self.events, through, false)
            }
            _ => {
                let done = match self.direction {
                    Direction::Forward => through.next() >= self.end || through >= self.bound,
                    Direction::Backward => through <= request.after,
                };
                Page::new(self.events, through, done)
            }
        }
    }
}
