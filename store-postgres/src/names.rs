//! What the process remembers of streams and event types. What is committed is not taken back, so it stays true for as long as
//! the server remembers it too, and a replica that takes its place may not have got the last commits.

use crate::{database::Database, error::Context, link::Link, row::Line};
use factum_core::{EventType, NewEvent, StoreError, StreamId, StreamVersion};
use foldhash::{HashMap, HashSet, fast::RandomState};
use quick_cache::{UnitWeighter, sync::Cache};
use std::{
    collections::{BTreeSet, hash_map::Entry},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio_postgres::Error;

/// So many streams are remembered, those that were used last: some megabytes.
const STREAMS: usize = 65_536;

pub(crate) struct Names {
    streams: Cache<i32, Arc<Known>, UnitWeighter, RandomState>,
    numbers: Cache<StreamId, Arc<Known>, UnitWeighter, RandomState>,
    servers: Arc<Servers>,
    /// Not behind a pooler, whose connections stay when there is another server behind them.
    remembers: bool,
    types: RwLock<Types>,
    /// How often types were not there any more.
    types_lost: AtomicU64,
}

/// How often the server may have become another one.
#[derive(Debug, Default)]
pub(crate) struct Servers(AtomicU64);

impl Servers {
    fn now(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// A connection was lost, or a new one is used to append.
    pub(crate) fn may_have_changed(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

/// What is known of a stream.
pub(crate) struct Known {
    stream: StreamId,
    number: i32,
    /// The last version that was seen. There may be later ones.
    version: AtomicU64,
    /// The server that it is known of.
    server: u64,
}

impl Known {
    pub(crate) const fn number(&self) -> i32 {
        self.number
    }

    pub(crate) fn version(&self) -> StreamVersion {
        StreamVersion::new(self.version.load(Ordering::Relaxed))
    }

    /// This version is committed.
    pub(crate) fn has(&self, version: StreamVersion) {
        self.version.fetch_max(version.get(), Ordering::Relaxed);
    }
}

/// What is seen by a statement that is sent after this was made.
pub(crate) struct Seen<'a> {
    names: &'a Names,
    server: u64,
}

impl Seen<'_> {
    /// Whether no connection was lost since, over which it could have been seen.
    pub(crate) fn is_of_this_server(&self) -> bool {
        self.server == self.names.servers.now()
    }

    /// Remembers the number of a stream, and a version of it, which are committed.
    pub(crate) fn stream(&self, number: i32, stream: &StreamId, version: StreamVersion) {
        if !self.names.remembers {
            return;
        }
        match self.names.numbers.get(stream) {
            // What the server before has shown is not true of this one.
            Some(known) if known.server > self.server => return,
            Some(known) if known.server == self.server && known.number == number => {
                return known.has(version);
            }
            _ => {}
        }
        let known = Arc::new(Known {
            stream: stream.clone(),
            number,
            version: AtomicU64::new(version.get()),
            server: self.server,
        });
        self.names.numbers.insert(stream.clone(), Arc::clone(&known));
        self.names.streams.insert(number, known);
    }
}

#[derive(Default)]
struct Types {
    by_number: HashMap<i16, (EventType, u32)>,
    by_name: HashMap<(EventType, u32), i16>,
}

impl Names {
    /// Knows all event types there are; and if it `remembers`, will know streams.
    pub(crate) async fn load(
        database: &Database,
        servers: Arc<Servers>,
        remembers: bool,
    ) -> Result<Self, StoreError> {
        let names = Self::nothing(servers, remembers);
        names.load_types(database).await?;
        Ok(names)
    }

    fn nothing(servers: Arc<Servers>, remembers: bool) -> Self {
        let hasher = RandomState::default;
        Self {
            streams: Cache::with(STREAMS, STREAMS as u64, UnitWeighter, hasher(), Default::default()),
            numbers: Cache::with(STREAMS, STREAMS as u64, UnitWeighter, hasher(), Default::default()),
            servers,
            remembers,
            types: RwLock::default(),
            types_lost: AtomicU64::new(0),
        }
    }

    /// For what the next statement shows.
    pub(crate) fn seen(&self) -> Seen<'_> {
        Seen { names: self, server: self.servers.now() }
    }

    /// Forgets the streams: the server that answers from now on may be a replica that has not got the last commits of the one
    /// before.
    pub(crate) fn forget_streams(&self) {
        // Also what is seen of the old one by statements under way.
        self.servers.may_have_changed();
    }

    /// What is remembered of a stream.
    pub(crate) fn known(&self, stream: &StreamId) -> Option<Arc<Known>> {
        self.numbers.get(stream).filter(|known| self.is_of_this_server(known))
    }

    /// The number of a stream, if it is remembered.
    pub(crate) fn number(&self, stream: &StreamId) -> Option<i32> {
        self.known(stream).map(|known| known.number)
    }

    /// The stream with a number, if it is remembered.
    pub(crate) fn stream(&self, number: i32) -> Option<StreamId> {
        let known = self.streams.get(&number).filter(|known| self.is_of_this_server(known))?;
        Some(known.stream.clone())
    }

    fn is_of_this_server(&self, known: &Known) -> bool {
        known.server == self.servers.now()
    }

    pub(crate) fn event_type(&self, number: i16) -> Option<(EventType, u32)> {
        self.types.read().unwrap_or_else(PoisonError::into_inner).by_number.get(&number).cloned()
    }

    /// Forgets the types that the server on the other side has not got. What is about to be appended with one of them, by
    /// [`types_lost`](Self::types_lost), must not be: nobody could read it.
    pub(crate) async fn check_types(&self, database: &Database, link: &mut Link) -> Result<(), Error> {
        // Only what is remembered by now has to be there.
        let remembered = self.types.read().unwrap_or_else(PoisonError::into_inner).by_name.clone();
        let rows = link.query(&database.sql.read.types, &[]).await?;
        let there: HashSet<(i16, &str, i64)> =
            rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
        let is_lost = |((name, version), number): &(&(EventType, u32), &i16)| {
            !there.contains(&(**number, name.as_str(), i64::from(*version)))
        };
        let lost: Vec<_> = remembered.iter().filter(is_lost).collect();
        if !lost.is_empty() {
            let mut types = self.types.write().unwrap_or_else(PoisonError::into_inner);
            for (name, number) in lost {
                types.by_name.remove(name);
                types.by_number.remove(number);
            }
            self.types_lost.fetch_add(1, Ordering::AcqRel);
        }
        Ok(())
    }

    /// How often types were not there any more.
    pub(crate) fn types_lost(&self) -> u64 {
        self.types_lost.load(Ordering::Acquire)
    }

    /// The numbers of the events' types, which are given to those that have none, in a transaction of its own.
    pub(crate) async fn type_numbers(
        &self,
        database: &Database,
        events: &[NewEvent],
    ) -> Result<Vec<i16>, StoreError> {
        match self.known_types(events) {
            Some(numbers) => Ok(numbers),
            None => Box::pin(self.add_types(database, events)).await,
        }
    }

    async fn add_types(&self, database: &Database, events: &[NewEvent]) -> Result<Vec<i16>, StoreError> {
        let new: BTreeSet<(&str, u32)> =
            events.iter().map(|event| (event.event_type.as_str(), event.type_version)).collect();
        let (names, versions): (Vec<_>, Vec<_>) =
            new.into_iter().map(|(name, version)| (name, i64::from(version))).unzip();
        let add = &database.sql.append.add_types;
        database.execute("adding event types", add, &[&names, &versions]).await?;
        self.load_types(database).await?;
        self.known_types(events)
            .ok_or_else(|| StoreError::corrupt("adding event types", "they are not there"))
    }

    fn known_types(&self, events: &[NewEvent]) -> Option<Vec<i16>> {
        let types = self.types.read().unwrap_or_else(PoisonError::into_inner);
        let mut last: Option<(&NewEvent, i16)> = None;
        let number = |event| {
            let number = match last {
                Some((same, number)) if is_same_type(same, event) => number,
                _ => *types.by_name.get(&(event.event_type.clone(), event.type_version))?,
            };
            last = Some((event, number));
            Some(number)
        };
        events.iter().map(number).collect()
    }

    async fn load_types(&self, database: &Database) -> Result<(), StoreError> {
        let doing = "reading the event types";
        let rows = database.query(doing, &database.sql.read.types, &[]).await?;
        let mut types = self.types.write().unwrap_or_else(PoisonError::into_inner);
        for row in rows {
            let (number, name, version): (i16, &str, i64) = (row.get(0), row.get(1), row.get(2));
            let name = EventType::new(name).map_err(|e| StoreError::corrupt(doing, e))?;
            let version = u32::try_from(version).map_err(|e| StoreError::corrupt(doing, e))?;
            types.by_number.insert(number, (name.clone(), version));
            types.by_name.insert((name, version), number);
        }
        Ok(())
    }

    /// The streams of the lines, which may be more than are remembered.
    pub(crate) async fn streams_of(
        &self,
        database: &Database,
        link: &mut Link,
        lines: &[Line],
    ) -> Result<HashMap<i32, StreamId>, StoreError> {
        let doing = "reading the names of streams";
        let seen = self.seen();
        let mut found = HashMap::default();
        let mut unknown = Vec::new();
        let mut last = None;
        for number in lines.iter().map(Line::stream) {
            if last == Some(number) {
                continue;
            }
            last = Some(number);
            if let Entry::Vacant(place) = found.entry(number) {
                match self.stream(number) {
                    Some(stream) => drop(place.insert(stream)),
                    None => unknown.push(number),
                }
            }
        }
        if !unknown.is_empty() {
            unknown.sort_unstable();
            unknown.dedup();
            let rows = link.query(&database.sql.read.streams_by_id, &[&unknown]).await.doing(doing)?;
            for row in rows {
                let (number, category, key): (i32, &str, &str) = (row.get(0), row.get(1), row.get(2));
                let stream = StreamId::new(category, key).map_err(|e| StoreError::corrupt(doing, e))?;
                seen.stream(number, &stream, StreamVersion::EMPTY);
                found.insert(number, stream);
            }
        }
        Ok(found)
    }

    /// Sees to it that the types of the lines are known.
    pub(crate) async fn learn_types(&self, database: &Database, lines: &[Line]) -> Result<(), StoreError> {
        let is_known = {
            let types = self.types.read().unwrap_or_else(PoisonError::into_inner);
            let mut last = None;
            lines.iter().map(|line| line.event_type).all(|number| {
                // What follows each other is mostly alike.
                let is_known = last == Some(number) || types.by_number.contains_key(&number);
                last = Some(number);
                is_known
            })
        };
        if is_known { Ok(()) } else { Box::pin(self.load_types(database)).await }
    }
}

fn is_same_type(one: &NewEvent, other: &NewEvent) -> bool {
    one.type_version == other.type_version && one.event_type == other.event_type
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_before_has_shown_is_not_remembered() {
        let names = Names::nothing(Arc::default(), true);
        let (stream, other) =
            (StreamId::new("account", "a").unwrap(), StreamId::new("account", "b").unwrap());
        let before = names.seen();
        before.stream(1, &stream, StreamVersion::new(4));
        assert_eq!(names.known(&stream).unwrap().version().get(), 4);
        names.forget_streams();
        assert!(names.known(&stream).is_none() && names.stream(1).is_none());

        names.seen().stream(2, &stream, StreamVersion::new(3));
        // Answers that were under way.
        for number in [1, 2] {
            before.stream(number, &stream, StreamVersion::new(5));
        }
        before.stream(3, &other, StreamVersion::new(1));
        let known = names.known(&stream).unwrap();
        assert_eq!((known.number(), known.version().get()), (2, 3));
        assert!(names.known(&other).is_none() && names.stream(3).is_none());
    }

    #[test]
    fn behind_a_pooler_nothing_is_remembered() {
        let names = Names::nothing(Arc::default(), false);
        let stream = StreamId::new("account", "a").unwrap();
        names.seen().stream(1, &stream, StreamVersion::new(4));
        assert!(names.known(&stream).is_none() && names.stream(1).is_none());
    }

    #[test]
    fn the_last_version_that_was_seen_is_remembered_in_whatever_order() {
        let names = Names::nothing(Arc::default(), true);
        let stream = StreamId::new("account", "a").unwrap();
        for version in [2, 5, 3] {
            names.seen().stream(1, &stream, StreamVersion::new(version));
        }
        assert_eq!(names.known(&stream).unwrap().version().get(), 5);
        assert_eq!(names.stream(1), Some(stream));
    }
}
