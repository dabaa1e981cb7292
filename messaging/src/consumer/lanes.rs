use super::letter;
use factum_core::{
    CheckpointKey, Position, StoreError, StreamId,
    quarantine::{Lane, ListParked},
    sink::Sink,
    store::{EventStore, ReadLog},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The keys of which letters are not handled yet, by their streams: what comes after those has to become a letter too.
pub(super) struct Lanes<K> {
    sink: K,
    log: Arc<dyn EventStore>,
    /// The checkpoint of whoever handles the letters.
    letters: CheckpointKey,
    /// With the position of the last letter that is known.
    held: Mutex<HashMap<StreamId, Position>>,
}

impl<K: Sink> Lanes<K> {
    /// Finds what was left.
    pub(super) async fn load(
        sink: K,
        log: Arc<dyn EventStore>,
        letters: CheckpointKey,
        consumer: &str,
    ) -> Result<Self, StoreError> {
        let lanes = Self { sink, log, letters, held: Mutex::default() };
        let all = ListParked::new(lanes.letters.consumer.clone(), lanes.letters.log).heads();
        let mut next = Some(all.clone());
        while let Some(request) = next {
            let page = lanes.sink.parked(request).await?;
            next = page.last().map(|last| all.clone().after(last.lane.clone(), last.position));
            for parked in page {
                lanes.hold(parked.stream, parked.position);
            }
        }
        let mut after = lanes.handled().await?;
        loop {
            let page = lanes.log.read_log(ReadLog::new(letter::query(consumer)).after(after)).await?;
            for event in page.events {
                lanes.hold(event.stream, event.position);
            }
            if page.through <= after {
                return Ok(lanes);
            }
            after = page.through;
        }
    }

    /// Up to where letters are handled, or in quarantine.
    async fn handled(&self) -> Result<Position, StoreError> {
        let checkpoint = self.sink.checkpoint(&self.letters).await?;
        Ok(checkpoint.map_or(Position::START, |checkpoint| checkpoint.position))
    }

    pub(super) fn hold(&self, stream: StreamId, position: Position) {
        let mut held = self.held();
        let last = held.entry(stream).or_insert(position);
        *last = position.max(*last);
    }

    /// Whether there are letters of this stream that are not handled yet.
    pub(super) async fn holds(&self, stream: &StreamId) -> Result<bool, StoreError> {
        let Some(last) = self.held().get(stream).copied() else { return Ok(false) };
        if self.handled().await? < last {
            return Ok(true);
        }
        let parked = ListParked::new(self.letters.consumer.clone(), self.letters.log);
        let parked = self.sink.parked(parked.lane(Lane::Stream(stream.clone())).limit(1)).await?;
        if parked.is_empty() {
            self.held().remove(stream);
        }
        Ok(!parked.is_empty())
    }

    fn held(&self) -> MutexGuard<'_, HashMap<StreamId, Position>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
