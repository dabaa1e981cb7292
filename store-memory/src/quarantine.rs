use crate::{MemoryStore, schema::Tables};
use async_trait::async_trait;
use factum_core::{
    Checkpoint, CheckpointKey, ConsumerName, EventType, LogId, Position, StoreError, StreamId, Timestamp,
    checkpoint::Advance,
    quarantine::{Asked, Change, Failure, Lane, ListParked, Parked, QuarantineStore, Request},
};
use std::{collections::BTreeMap, ops::Bound};

/// A parked event, under its lane and position.
pub(crate) struct Waiting {
    partition: u16,
    lane: Lane,
    stream: StreamId,
    event_type: EventType,
    failure: Option<Failure>,
    parked_at: Timestamp,
    request: Option<Asked>,
}

impl Tables {
    /// Writes a move that may be made, with what changes in quarantine, at this time.
    pub(crate) fn move_checkpoint(&mut self, advance: Advance, moved: Checkpoint, now: Timestamp) {
        let Advance { key, quarantine, .. } = advance;
        if !quarantine.is_empty() {
            let waiting = self.quarantine.entry((key.consumer.clone(), key.log)).or_default();
            for change in quarantine {
                match change {
                    Change::Park { lane, position, stream, event_type, failure } => {
                        let (partition, parked_at) = (key.partition, now);
                        let printed = (lane.to_string(), position);
                        let event = Waiting {
                            partition,
                            lane,
                            stream,
                            event_type,
                            failure,
                            parked_at,
                            request: None,
                        };
                        waiting.entry(printed).or_insert(event);
                    }
                    Change::Release { lane, position } => {
                        waiting.remove(&(lane.to_string(), position));
                    }
                    Change::ReleaseAll { lane } => waiting.retain(|_, event| event.lane != lane),
                    Change::Failed { lane, position, failure, answers } => {
                        if let Some(event) = waiting.get_mut(&(lane.to_string(), position)) {
                            event.failure = Some(failure);
                            event.request.take_if(|asked| Some(*asked) == answers);
                        }
                    }
                    _ => {}
                }
            }
        }
        self.checkpoints.insert(key, moved);
    }
}

#[async_trait]
impl QuarantineStore for MemoryStore {
    async fn parked(&self, request: ListParked) -> Result<Vec<Parked>, StoreError> {
        let tables = self.read();
        let Some(waiting) = tables.quarantine.get(&(request.consumer.clone(), request.log)) else {
            return Ok(Vec::new());
        };
        let from = match &request.after {
            Some((lane, position)) => Bound::Excluded((lane.to_string(), *position)),
            None => Bound::Unbounded,
        };
        let parked = waiting.range((from, Bound::Unbounded)).filter(|(place, event)| {
            request.partition.is_none_or(|partition| partition == event.partition)
                && request.lane.as_ref().is_none_or(|lane| *lane == event.lane)
                && request.events.is_none_or(|(first, last)| (first..=last).contains(&place.1))
                && (!request.heads || is_head(waiting, place))
        });
        let parked = parked.map(|((_, position), event)| {
            let key = CheckpointKey::new(request.consumer.clone(), request.log).partition(event.partition);
            let (lane, stream) = (event.lane.clone(), event.stream.clone());
            let mut parked = Parked::new(key, lane, *position, stream, event.event_type.clone());
            parked.failure = event.failure.clone();
            (parked.parked_at, parked.request) = (event.parked_at, event.request);
            parked
        });
        Ok(parked.take(request.limit).collect())
    }

    async fn quarantines(&self) -> Result<Vec<(ConsumerName, LogId)>, StoreError> {
        let tables = self.read();
        let some = tables.quarantine.iter().filter(|(_, waiting)| !waiting.is_empty());
        let mut places: Vec<_> = some.map(|(place, _)| place.clone()).collect();
        places.sort_unstable();
        Ok(places)
    }

    async fn request(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        lane: Option<&Lane>,
        first: Option<Position>,
        request: Request,
    ) -> Result<u64, StoreError> {
        let mut tables = self.write();
        let Some(waiting) = tables.quarantine.get_mut(&(consumer.clone(), log)) else { return Ok(0) };
        let (mut last, mut lanes) = (None, 0);
        for ((printed, position), event) in waiting {
            let is_head =
                last.replace(printed) != Some(printed) && first.is_none_or(|first| first == *position);
            if is_head && lane.is_none_or(|lane| *lane == event.lane) {
                event.request = Some(Asked::instead_of(event.request, request));
                lanes += 1;
            }
        }
        Ok(lanes)
    }

    async fn requests(&self, key: &CheckpointKey) -> Result<Vec<(Lane, Position, Asked)>, StoreError> {
        let tables = self.read();
        let waiting = tables.quarantine.get(&(key.consumer.clone(), key.log));
        let here = waiting.into_iter().flatten().filter(|(_, event)| event.partition == key.partition);
        let requested = here.filter_map(|((_, position), event)| {
            event.request.map(|request| (event.lane.clone(), *position, request))
        });
        Ok(requested.collect())
    }
}

/// Whether nothing in its lane is before it.
fn is_head(waiting: &BTreeMap<(String, Position), Waiting>, (lane, position): &(String, Position)) -> bool {
    let before = (lane.clone(), Position::START)..(lane.clone(), *position);
    waiting.range(before).next().is_none()
}
