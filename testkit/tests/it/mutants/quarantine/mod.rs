//! Stores of what is in quarantine, with a defect.

mod apart;
mod change;
mod look;
mod park;
mod request;

use async_trait::async_trait;
use factum_core::{
    Checkpoint, CheckpointKey, CheckpointStore, ConsumerName, LogId, Position, QuarantineStore, StoreError,
    checkpoint::{Advance, AdvanceError},
    quarantine::{Asked, Change, Lane, ListParked, Parked, Request},
};
use factum_testkit::conformance::{Fixture, quarantine::cases};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Whose it is, its lane as it is printed, and its position.
pub(super) type EventKey = (String, LogId, String, Position);

/// What is parked. Nothing is wrong with it.
#[derive(Default)]
pub(super) struct Waiting(BTreeMap<EventKey, Parked>);

impl Waiting {
    pub(super) fn change(&mut self, key: &CheckpointKey, changes: Vec<Change>) {
        changes.into_iter().for_each(|change| self.change_one(key, change));
    }

    fn change_one(&mut self, key: &CheckpointKey, change: Change) {
        let place = |lane: &Lane, position| (key.consumer.to_string(), key.log, lane.to_string(), position);
        match change {
            Change::Park { lane, position, stream, event_type, failure } => {
                let place = place(&lane, position);
                let mut parked = Parked::new(key.clone(), lane, position, stream, event_type);
                parked.failure = failure;
                self.0.entry(place).or_insert(parked);
            }
            Change::Release { lane, position } => drop(self.0.remove(&place(&lane, position))),
            Change::ReleaseAll { lane } => {
                self.0.retain(|(consumer, log, of, _), _| {
                    *consumer != key.consumer.to_string() || *log != key.log || *of != lane.to_string()
                });
            }
            Change::Failed { lane, position, failure, answers } => {
                if let Some(parked) = self.0.get_mut(&place(&lane, position)) {
                    parked.failure = Some(failure);
                    parked.request.take_if(|asked| Some(*asked) == answers);
                }
            }
            other => panic!("{other:?} is no change that a model knows"),
        }
    }

    /// Nothing of a consumer is left.
    pub(super) fn remove(&mut self, consumer: &ConsumerName) {
        self.0.retain(|_, parked| parked.key.consumer != *consumer);
    }

    /// All of one consumer and log, in order.
    fn all(&self, consumer: &ConsumerName, log: LogId) -> Vec<Parked> {
        let of = self.0.values().filter(|parked| parked.key.consumer == *consumer && parked.key.log == log);
        of.cloned().collect()
    }

    pub(super) fn list(&self, request: &ListParked) -> Vec<Parked> {
        page(self.all(&request.consumer, request.log), request)
    }

    /// Who has something.
    pub(super) fn who(&self) -> Vec<(ConsumerName, LogId)> {
        let who = self.0.values().map(|parked| (parked.key.consumer.clone(), parked.key.log));
        who.collect::<BTreeSet<_>>().into_iter().collect()
    }

    pub(super) fn request(
        &mut self,
        consumer: &ConsumerName,
        log: LogId,
        lane: Option<&Lane>,
        first: Option<Position>,
        request: Request,
    ) -> u64 {
        request_heads(&mut self.all_mut(consumer, log), lane, first, request) as u64
    }

    fn all_mut(&mut self, consumer: &ConsumerName, log: LogId) -> Vec<&mut Parked> {
        let all = self.0.values_mut();
        all.filter(|parked| parked.key.consumer == *consumer && parked.key.log == log).collect()
    }

    pub(super) fn requests(&self, key: &CheckpointKey) -> Vec<(Lane, Position, Asked)> {
        requested(self.all(&key.consumer, key.log), key.partition)
    }
}

/// What of `all` is asked for.
fn page(all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
    let heads = heads(&all);
    let after = request.after.as_ref().map(|(lane, position)| (lane.to_string(), *position));
    let is_asked_for = |parked: &Parked| {
        let place = (parked.lane.to_string(), parked.position);
        request.partition.is_none_or(|partition| partition == parked.key.partition)
            && request.lane.as_ref().is_none_or(|lane| *lane == parked.lane)
            && request.events.is_none_or(|(first, last)| (first..=last).contains(&parked.position))
            && after.as_ref().is_none_or(|after| place > *after)
            && (!request.heads || heads.contains(&place))
    };
    all.into_iter().filter(is_asked_for).take(request.limit).collect()
}

/// The first event of each lane.
fn heads(all: &[Parked]) -> BTreeSet<(String, Position)> {
    let mut heads = BTreeMap::new();
    for parked in all {
        let head = heads.entry(parked.lane.to_string()).or_insert(parked.position);
        *head = parked.position.min(*head);
    }
    heads.into_iter().collect()
}

/// Requests something for the lanes of `all`, and counts them.
fn request_heads(
    all: &mut [&mut Parked],
    lane: Option<&Lane>,
    first: Option<Position>,
    request: Request,
) -> usize {
    let (mut last, mut lanes) = (None, 0);
    for parked in all {
        let printed = parked.lane.to_string();
        let is_head = last.as_ref() != Some(&printed) && first.is_none_or(|first| first == parked.position);
        if is_head && lane.is_none_or(|lane| *lane == parked.lane) {
            parked.request = Some(Asked::instead_of(parked.request, request));
            lanes += 1;
        }
        last = Some(printed);
    }
    lanes
}

/// What of `all` is requested in a partition.
fn requested(all: Vec<Parked>, partition: u16) -> Vec<(Lane, Position, Asked)> {
    let here = all.into_iter().filter(|parked| parked.key.partition == partition);
    here.filter_map(|parked| Some((parked.lane, parked.position, parked.request?))).collect()
}

#[derive(Default)]
struct Kept {
    checkpoints: BTreeMap<CheckpointKey, Checkpoint>,
    waiting: Waiting,
}

impl Kept {
    /// Where the checkpoint is after `advance`, or why it is refused.
    fn moved(&self, advance: &Advance) -> Result<Checkpoint, AdvanceError> {
        advance.apply_to(self.checkpoints.get(&advance.key).copied())
    }
}

/// What is done otherwise than it should be. Everything that is not overridden is done right.
trait Defect: Default + Send + Sync + 'static {
    /// What a consumer's quarantine is kept under.
    fn key(&self, key: &CheckpointKey) -> CheckpointKey {
        key.clone()
    }

    /// What a lane is kept as.
    fn lane(&self, lane: &Lane) -> Lane {
        lane.clone()
    }

    fn advance(&self, kept: &mut Kept, advance: Advance) -> Result<(), AdvanceError> {
        let moved = kept.moved(&advance)?;
        kept.checkpoints.insert(advance.key.clone(), moved);
        self.change(&mut kept.waiting, &self.key(&advance.key), advance.quarantine);
        Ok(())
    }

    fn change(&self, waiting: &mut Waiting, key: &CheckpointKey, changes: Vec<Change>) {
        for change in changes {
            self.change_one(waiting, key, change);
        }
    }

    fn change_one(&self, waiting: &mut Waiting, key: &CheckpointKey, change: Change) {
        waiting.change_one(key, change);
    }

    /// The page of `all` that is in the quarantine of a consumer.
    fn list(&self, all: Vec<Parked>, request: &ListParked) -> Vec<Parked> {
        page(all, request)
    }

    /// Requests something for those of `all` that are in the quarantine of a consumer, and counts lanes.
    fn request(
        &self,
        all: &mut [&mut Parked],
        lane: Option<&Lane>,
        first: Option<Position>,
        request: Request,
    ) -> usize {
        request_heads(all, lane, first, request)
    }

    /// What is requested, as a partition is told.
    fn requests(&self, all: Vec<Parked>, partition: u16) -> Vec<(Lane, Position, Asked)> {
        requested(all, partition)
    }

    /// Who has something of `all` that is parked by anybody, among those who have a checkpoint.
    fn quarantines(&self, all: &Waiting, _keys: Vec<&CheckpointKey>) -> Vec<(ConsumerName, LogId)> {
        all.who()
    }

    /// What is left when it is opened again.
    fn open(&self, _kept: &mut Kept) {}
}

struct Place<D> {
    kept: Arc<Mutex<Kept>>,
    defect: Arc<D>,
}

impl<D: Defect> Fixture for Place<D> {
    type Store = Broken<D>;

    async fn make() -> Self {
        Self { kept: Arc::default(), defect: Arc::default() }
    }

    async fn open(&self) -> Broken<D> {
        let store = Broken { kept: Arc::clone(&self.kept), defect: Arc::clone(&self.defect) };
        self.defect.open(&mut store.kept());
        store
    }
}

struct Broken<D> {
    kept: Arc<Mutex<Kept>>,
    defect: Arc<D>,
}

impl<D: Defect> Broken<D> {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, key: &CheckpointKey, taken: impl Fn(Checkpoint) -> Checkpoint) -> Checkpoint {
        let mut kept = self.kept();
        let checkpoint = kept.checkpoints.entry(key.clone()).or_default();
        *checkpoint = taken(*checkpoint);
        *checkpoint
    }
}

#[async_trait]
impl<D: Defect> CheckpointStore for Broken<D> {
    async fn checkpoint(&self, key: &CheckpointKey) -> Result<Option<Checkpoint>, StoreError> {
        Ok(self.kept().checkpoints.get(key).copied())
    }

    async fn logs(&self, consumer: &ConsumerName) -> Result<Vec<LogId>, StoreError> {
        let kept = self.kept();
        let of = kept.checkpoints.keys().filter(|key| key.consumer == *consumer).map(|key| key.log);
        Ok(of.collect::<BTreeSet<_>>().into_iter().collect())
    }

    async fn claim(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        Ok(self.take(key, |current| Checkpoint::new(current.position, current.epoch.next())))
    }

    async fn advance(&self, mut advance: Advance) -> Result<(), AdvanceError> {
        for change in &mut advance.quarantine {
            let (Change::Park { lane, .. }
            | Change::Release { lane, .. }
            | Change::ReleaseAll { lane }
            | Change::Failed { lane, .. }) = change
            else {
                continue;
            };
            *lane = self.defect.lane(lane);
        }
        self.defect.advance(&mut self.kept(), advance)
    }

    async fn reset(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        Ok(self.take(key, |current| Checkpoint::new(Position::START, current.epoch.next())))
    }
}

#[async_trait]
impl<D: Defect> QuarantineStore for Broken<D> {
    async fn parked(&self, mut request: ListParked) -> Result<Vec<Parked>, StoreError> {
        let key = self.defect.key(&CheckpointKey::new(request.consumer.clone(), request.log));
        request.lane = request.lane.map(|lane| self.defect.lane(&lane));
        Ok(self.defect.list(self.kept().waiting.all(&key.consumer, key.log), &request))
    }

    async fn quarantines(&self) -> Result<Vec<(ConsumerName, LogId)>, StoreError> {
        let kept = self.kept();
        Ok(self.defect.quarantines(&kept.waiting, kept.checkpoints.keys().collect()))
    }

    async fn request(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        lane: Option<&Lane>,
        first: Option<Position>,
        request: Request,
    ) -> Result<u64, StoreError> {
        let key = self.defect.key(&CheckpointKey::new(consumer.clone(), log));
        let lane = lane.map(|lane| self.defect.lane(lane));
        let mut kept = self.kept();
        let mut all = kept.waiting.all_mut(&key.consumer, key.log);
        Ok(self.defect.request(&mut all, lane.as_ref(), first, request) as u64)
    }

    async fn requests(&self, key: &CheckpointKey) -> Result<Vec<(Lane, Position, Asked)>, StoreError> {
        let key = self.defect.key(key);
        Ok(self.defect.requests(self.kept().waiting.all(&key.consumer, key.log), key.partition))
    }
}

/// Makes something else of an event that is parked.
fn parked_as(waiting: &mut Waiting, key: &CheckpointKey, change: Change, spoil: impl Fn(&mut Parked)) {
    let is_parked = matches!(change, Change::Park { .. });
    let before: BTreeSet<_> = waiting.0.keys().cloned().collect();
    waiting.change_one(key, change);
    if is_parked {
        waiting
            .0
            .iter_mut()
            .filter(|(place, _)| !before.contains(*place))
            .for_each(|(_, parked)| spoil(parked));
    }
}

pub(crate) fn nothing_is_accepted() {
    #[derive(Default)]
    struct Nothing;
    impl Defect for Nothing {}
    super::accepts(&cases::<Place<Nothing>>());
}
