//! What the process remembers of streams and event types. Their rows never change, so it needs no invalidation.

use crate::{database::Database, error::Context, link::Link, row::Line};
use factum_core::{EventType, NewEvent, StoreError, StreamId};
use foldhash::{HashMap, fast::RandomState};
use quick_cache::{UnitWeighter, sync::Cache};
use std::{
    collections::{BTreeSet, hash_map::Entry},
    sync::{PoisonError, RwLock},
};

/// So many streams are remembered, those that were used last: some megabytes.
const STREAMS: usize = 65_536;

pub(crate) struct Names {
    streams: Cache<i32, StreamId, UnitWeighter, RandomState>,
    numbers: Cache<StreamId, i32, UnitWeighter, RandomState>,
    types: RwLock<Types>,
}

#[derive(Default)]
struct Types {
    by_number: HashMap<i16, (EventType, u32)>,
    by_name: HashMap<(EventType, u32), i16>,
}

impl Names {
    /// Knows all event types there are.
    pub(crate) async fn load(database: &Database) -> Result<Self, StoreError> {
        let hasher = RandomState::default;
        let names = Self {
            streams: Cache::with(STREAMS, STREAMS as u64, UnitWeighter, hasher(), Default::default()),
            numbers: Cache::with(STREAMS, STREAMS as u64, UnitWeighter, hasher(), Default::default()),
            types: RwLock::default(),
        };
        names.load_types(database).await?;
        Ok(names)
    }

    /// The number of a stream, if it is remembered.
    pub(crate) fn number(&self, stream: &StreamId) -> Option<i32> {
        self.numbers.get(stream)
    }

    /// The stream with a number, if it is remembered.
    pub(crate) fn stream(&self, number: i32) -> Option<StreamId> {
        self.streams.get(&number)
    }

    /// Remembers the number of a stream, once it has been committed.
    pub(crate) fn remember(&self, number: i32, stream: &StreamId) {
        self.numbers.insert(stream.clone(), number);
        self.streams.insert(number, stream.clone());
    }

    /// As [`remember`](Self::remember), for who has seen the stream by its name.
    pub(crate) fn remember_if_new(&self, number: i32, stream: &StreamId) {
        if self.numbers.get(stream).is_none() {
            self.remember(number, stream);
        }
    }

    pub(crate) fn event_type(&self, number: i16) -> Option<(EventType, u32)> {
        self.types.read().unwrap_or_else(PoisonError::into_inner).by_number.get(&number).cloned()
    }

    /// The numbers of the events' types, which are given to those that have none, in a transaction of its own.
    pub(crate) async fn type_numbers(
        &self,
        database: &Database,
        events: &[NewEvent],
    ) -> Result<Vec<i16>, StoreError> {
        if let Some(numbers) = self.known_types(events) {
            return Ok(numbers);
        }
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
                self.remember(number, &stream);
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
        if is_known { Ok(()) } else { self.load_types(database).await }
    }
}

fn is_same_type(one: &NewEvent, other: &NewEvent) -> bool {
    one.type_version == other.type_version && one.event_type == other.event_type
}
