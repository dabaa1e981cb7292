use crate::{MemoryStore, MemoryWork, schema::Tables, sink::Writes};
use factum_core::{
    Checkpoint, CheckpointKey, LogId, NewEvent, Position, RecordedEvent, StoreError, StreamId, StreamVersion,
    Timestamp,
    projection::{Inline, Inlined, ProjectionError},
    sink::{InlineStore, Inlines},
};
use foldhash::{HashMap, HashMapExt as _};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

impl InlineStore for MemoryStore {
    fn inlines(&self) -> &Inlines<Self> {
        &self.inner.inlines
    }
}

/// What an append changes in read models.
#[derive(Default)]
pub(crate) struct Applied {
    writes: Vec<Writes>,
    checkpoints: Vec<(CheckpointKey, Checkpoint)>,
}

impl Tables {
    /// Applies events that are going to be appended, without changing anything yet.
    pub(crate) fn apply_inline(
        &self,
        log: LogId,
        events: &[NewEvent],
        recorded_at: Timestamp,
        inlines: &[Arc<Inline<MemoryStore>>],
    ) -> Result<Applied, StoreError> {
        let mut applied = Applied::default();
        if inlines.is_empty() {
            return Ok(applied);
        }
        let events = self.as_recorded(events, recorded_at);
        let last = Position::new(self.head().get() + events.len() as u64);
        for inline in inlines {
            let failed = |error: ProjectionError| {
                StoreError::new(format!("applying {} in the append", inline.consumer()), error)
            };
            let Some((generation, key, checkpoint)) = self.next_of(log, inline) else { continue };
            let Some(begun) = inline.begin(generation, events.iter().cloned()).map_err(failed)? else {
                continue;
            };
            let reads = begun.reads();
            let documents = match &reads.collection {
                Some(collection) => self.load(collection, &reads.keys),
                None => Vec::new(),
            };
            let work = match begun.end(documents).map_err(failed)? {
                Inlined::Documents(collection, changes) => MemoryWork::changes(&collection, changes),
                Inlined::Work(work) => work,
                _ => continue,
            };
            // The ids of the events are taken already, and are to be given back.
            let writes = catch_unwind(AssertUnwindSafe(|| work.run(self)))
                .unwrap_or_else(|payload| Err(ProjectionError::panicked(payload).into()))
                .map_err(|error| failed(ProjectionError::work(error)))?;
            applied.writes.push(writes);
            applied.checkpoints.push((key, Checkpoint::new(last, checkpoint.epoch.next())));
        }
        Ok(applied)
    }

    pub(crate) fn write_inline(&mut self, applied: Applied) {
        applied.writes.into_iter().for_each(|writes| self.write_documents(writes));
        self.checkpoints.extend(applied.checkpoints);
    }

    /// The generation that is read, and its checkpoint, if everything that concerns it is applied.
    fn next_of(&self, log: LogId, inline: &Inline<MemoryStore>) -> Option<(u32, CheckpointKey, Checkpoint)> {
        let begun = self.generations.get(inline.consumer());
        let generation = begun.map_or(0, |begun| begun.generations.active);
        let consumer = inline.consumer().generation(generation).ok()?;
        let place = (consumer.clone(), log);
        let is_whole = self.members.get(&place).is_some_and(|members| members.partitions == 1);
        let has_parked = self.quarantine.get(&place).is_some_and(|waiting| !waiting.is_empty());
        let key = CheckpointKey::new(consumer, log);
        let checkpoint = *self.checkpoints.get(&key)?;
        let mut unapplied = self.events.from(checkpoint.position.get() as usize);
        let is_next = !unapplied.any(|event| inline.query().matches_event(event));
        (is_next && is_whole && !has_parked).then_some((generation, key, checkpoint))
    }

    /// The events with the places that they are going to have.
    fn as_recorded(&self, events: &[NewEvent], recorded_at: Timestamp) -> Vec<RecordedEvent> {
        let mut versions: HashMap<&StreamId, StreamVersion> = HashMap::new();
        let mut position = self.head();
        let place = |event: &NewEvent| event.clone().recorded(position, StreamVersion::EMPTY, recorded_at);
        let mut recorded: Vec<_> = events.iter().map(place).collect();
        for (recorded, event) in recorded.iter_mut().zip(events) {
            let version = versions.entry(&event.stream).or_insert_with(|| self.version(&event.stream));
            *version = version.next();
            position = position.next();
            (recorded.position, recorded.version) = (position, *version);
        }
        recorded
    }
}
