use super::{
    take::{Taken, take},
    together::Turn,
};
use crate::{
    PgStore,
    database::Parameters,
    error::Context,
    link::{Link, Links},
    place,
    row::{Events, Line},
};
use deadpool::managed::Object;
use factum_core::{
    RecordedEvent, StoreError, StreamId,
    store::{Direction, ReadStream},
};

impl PgStore {
    /// The lines of a page of a stream, read together with those that others ask for at the same time, if they are many.
    pub(super) async fn read_lines(&self, request: &ReadStream) -> Result<Taken, StoreError> {
        let limit = self.inner.page_limit(request.limit.get());
        let Some(number) = self.inner.names.number(&request.stream) else {
            return self.read_named(request, limit).await;
        };
        let places = place::between(number, request.after, request.before);
        if request.direction == Direction::Backward {
            return self.read_places(request, places, limit).await;
        }
        match self.inner.together.turn(places.0, places.1, limit) {
            Turn::Alone(_alone) => {
                self.over_lone(async |link| self.read_over(link, request, places, limit).await).await
            }
            Turn::Together(lines) => match lines.await {
                Ok(taken) => Ok(taken),
                Err(_) => self.read_places(request, places, limit).await,
            },
        }
    }

    async fn read_places(
        &self,
        request: &ReadStream,
        places: (i64, i64),
        limit: usize,
    ) -> Result<Taken, StoreError> {
        self.over_any(async |link| self.read_over(link, request, places, limit).await).await
    }

    /// Over the connection for appends of lone callers, if that is there and nobody uses it.
    async fn over_lone(
        &self,
        read: impl AsyncFnOnce(&mut Link) -> Result<Taken, StoreError>,
    ) -> Result<Taken, StoreError> {
        if let Some(mut lone) = self.inner.writers.lone()
            // Not there meanwhile, so that no append has to read what is left if this is given up.
            && let Some(mut link) = lone.take()
            && link.is_open().await
        {
            let taken = read(&mut link).await;
            if taken.as_ref().is_ok_and(|taken| !taken.is_cut) {
                *lone = Some(link);
            }
            return taken;
        }
        self.over_any(read).await
    }

    async fn over_any(
        &self,
        read: impl AsyncFnOnce(&mut Link) -> Result<Taken, StoreError>,
    ) -> Result<Taken, StoreError> {
        let mut link = self.inner.database.link(DOING).await?;
        let taken = read(&mut link).await?;
        give_back(link, &taken);
        Ok(taken)
    }

    async fn read_over(
        &self,
        link: &mut Link,
        request: &ReadStream,
        (after, through): (i64, i64),
        limit: usize,
    ) -> Result<Taken, StoreError> {
        let statement = self.inner.database.sql.scan.stream.towards(request.direction);
        let rows = async |rows| take(rows, limit, |_| ()).await;
        let taken = link.stream(statement, &[&after, &through, &(limit as i64)], rows).await;
        taken.doing_with(|| format!("reading stream {}", request.stream))
    }

    /// Of a stream whose number is not known, which is known afterwards if there is one.
    async fn read_named(&self, request: &ReadStream, limit: usize) -> Result<Taken, StoreError> {
        let read = async |link: &mut Link| {
            let statement = self.inner.database.sql.scan.named_stream.towards(request.direction);
            let (category, key) = (request.stream.category(), request.stream.key());
            let (after, through) = place::between(0, request.after, request.before);
            let rows = async |rows| take(rows, limit, |_| ()).await;
            let parameters: &Parameters<'_> = &[&category, &key, &after, &through, &(limit as i64)];
            let taken = link.stream(statement, parameters, rows).await;
            taken.doing_with(|| format!("reading stream {}", request.stream))
        };
        let taken = match self.inner.together.alone() {
            Some(_alone) => self.over_lone(read).await?,
            None => self.over_any(read).await?,
        };
        if let Some(line) = taken.lines.first() {
            self.inner.names.remember_if_new(line.stream(), &request.stream);
        }
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

/// Unless the server goes on sending what nobody will read: another connection costs less than all of that.
pub(super) fn give_back(link: Object<Links>, taken: &Taken) {
    if taken.is_cut {
        drop(Object::take(link));
    }
}
