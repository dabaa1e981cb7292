use super::{
    take::{Taken, take},
    together::Turn,
};
use crate::{
    PgStore,
    error::Context,
    link::{Link, Links},
    place,
    row::{Events, Line},
    sql::Scan,
};
use deadpool::managed::Object;
use factum_core::{
    RecordedEvent, StoreError, StreamId,
    store::{Direction, ReadStream},
};
use tokio_postgres::types::ToSql;

impl PgStore {
    /// The lines of a page of a stream, read together with those that others ask for at the same time, if they are many.
    pub(super) async fn read_lines(&self, request: &ReadStream) -> Result<Taken, StoreError> {
        let limit = self.inner.page_limit(request.limit.get());
        let seen = self.inner.names.seen();
        let known = self.inner.names.known(&request.stream);
        // Those of a stream with the number 0 are versions.
        let places =
            place::between(known.as_ref().map_or(0, |known| known.number()), request.after, request.before);
        let wanted = Wanted { request, places, is_known: known.is_some(), limit };
        let taken = if request.direction == Direction::Backward {
            Box::pin(self.over_any(wanted)).await?
        } else {
            let named = known.is_none().then_some(&request.stream);
            match self.inner.together.turn(named, places, limit) {
                // In boxes: what is read together does not carry what it would take to read it alone.
                Turn::Alone(_alone) => Box::pin(self.over_lone(wanted)).await?,
                Turn::Together(lines) => match lines.await {
                    Ok(taken) => taken,
                    Err(_) => Box::pin(self.over_any(wanted)).await?,
                },
            }
        };
        if known.is_some() && !seen.is_of_this_server() {
            // It may have been read by a number that is another stream's there, or nobody's.
            return Box::pin(self.read_lines(request)).await;
        }
        let latest = match request.direction {
            Direction::Forward => taken.lines.last(),
            Direction::Backward => taken.lines.first(),
        };
        if let Some(line) = latest {
            match &known {
                Some(known) => known.has(line.version()),
                None => seen.stream(line.stream(), &request.stream, line.version()),
            }
        }
        Ok(taken)
    }

    /// Over the connection for appends of lone callers, if that is there and nobody uses it.
    async fn over_lone(&self, wanted: Wanted<'_>) -> Result<Taken, StoreError> {
        if let Some(mut lone) = self.inner.writers.lone()
            // Not there meanwhile, so that no append has to read what is left if this is given up.
            && let Some(mut link) = lone.take()
            && link.is_open().await
        {
            let taken = wanted.read(&mut link, &self.inner.database.sql.scan).await;
            if taken.as_ref().is_ok_and(|taken| !taken.is_cut) {
                *lone = Some(link);
            }
            return taken;
        }
        Box::pin(self.over_any(wanted)).await
    }

    async fn over_any(&self, wanted: Wanted<'_>) -> Result<Taken, StoreError> {
        let mut link = self.inner.database.link(DOING).await?;
        let taken = wanted.read(&mut link, &self.inner.database.sql.scan).await?;
        give_back(link, &taken);
        Ok(taken)
    }

    /// The events of lines that are all of one stream.
    pub(super) async fn events_of(
        &self,
        stream: &StreamId,
        lines: Vec<Line>,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let names = &self.inner.names;
        names.learn_types(&self.inner.database, &lines).await?;
        let number = lines.first().map(Line::stream);
        let streams = number.into_iter().map(|number| (number, stream.clone())).collect();
        Events::new(names, streams).of(lines)
    }
}

const DOING: &str = "reading a stream";

/// A read of a stream.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    request: &'a ReadStream,
    places: (i64, i64),
    /// Whether its number is. Otherwise it is looked for by its name, and the places are versions.
    is_known: bool,
    limit: usize,
}

impl Wanted<'_> {
    async fn read(self, link: &mut Link, scan: &Scan) -> Result<Taken, StoreError> {
        let Self { request, places: (after, through), is_known, limit } = self;
        let rows = async |rows| take(rows, limit, |_| ()).await;
        let (category, key, most) = (request.stream.category(), request.stream.key(), limit as i64);
        let (statement, parameters): (_, &[&(dyn ToSql + Sync)]) = match is_known {
            true => (&scan.stream, &[&after, &through, &most]),
            false => (&scan.named_stream, &[&category, &key, &after, &through, &most]),
        };
        let taken = link.stream(statement.towards(request.direction), parameters, rows).await;
        taken.doing_with(|| format!("reading stream {}", request.stream))
    }
}

/// Unless the server goes on sending what nobody will read: another connection costs less than all of that.
pub(super) fn give_back(link: Object<Links>, taken: &Taken) {
    if taken.is_cut {
        drop(Object::take(link));
    }
}
