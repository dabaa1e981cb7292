//! Stores of leases, with a defect.

mod beat;
mod give_back;
mod group;
mod lease;
mod look;
mod time;

use super::others_go_first;
use async_trait::async_trait;
use factum_core::{
    Checkpoint, CheckpointKey, CheckpointStore, ConsumerName, LogId, Position, StoreError, Timestamp,
    checkpoint::{Advance, AdvanceError, Epoch},
    lease::{Group, Lease, LeaseStore, NodeId, Roll},
    store::{Clock, SystemClock},
};
use factum_testkit::conformance::{Fixture, leases::cases};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

type GroupKey = (String, LogId);
type Held = (NodeId, Instant);

#[derive(Default)]
struct Kept {
    checkpoints: BTreeMap<CheckpointKey, Checkpoint>,
    groups: BTreeMap<GroupKey, Members>,
}

#[derive(Clone, Default)]
struct Members {
    partitions: u16,
    until: BTreeMap<NodeId, Instant>,
    leases: BTreeMap<u16, Held>,
}

/// What is done otherwise than it should be. Everything that is not overridden is done right.
trait Defect: Default + Send + Sync + 'static {
    /// What a group is kept under.
    fn place(&self, consumer: &ConsumerName, log: LogId) -> GroupKey {
        (consumer.to_string(), log)
    }

    /// When what begins now and is for `ttl` ends.
    fn end(&self, now: Instant, ttl: Duration) -> Instant {
        now + ttl.min(Duration::from_secs(1_000_000_000))
    }

    /// How many partitions a new group has.
    fn found(&self, kept: &Kept, group: &Group) -> u16 {
        let moved = kept.checkpoints.get(&group.key(0)).is_some_and(|found| found.position > Position::START);
        if moved { 1 } else { group.partitions }
    }

    /// The checkpoint of one of its partitions; `None` if it is not made.
    fn begin(&self, group: &Group) -> Option<Checkpoint> {
        Some(Checkpoint::new(group.start, Epoch::default()))
    }

    /// Whether a node is refused.
    fn is_refused(&self, found: u16, group: &Group) -> bool {
        found != group.partitions
    }

    /// What a node that is refused leaves behind.
    fn refuse(&self, _members: &mut Members, _node: NodeId, _end: Instant) {}

    fn join(&self, members: &mut Members, node: NodeId, end: Instant) {
        members.until.insert(node, end);
    }

    fn renew(&self, members: &mut Members, node: NodeId, end: Instant) {
        members.leases.values_mut().filter(|held| held.0 == node).for_each(|held| held.1 = end);
    }

    /// How many nodes there are, as `node` is told.
    fn count(&self, members: &Members, node: NodeId, now: Instant) -> usize {
        members.until.iter().filter(|(other, until)| **other != node && **until > now).count() + 1
    }

    /// Whose a partition is, as `node` is told.
    fn holder(&self, held: Held, node: NodeId, now: Instant) -> Option<NodeId> {
        (held.0 == node || held.1 > now).then_some(held.0)
    }

    /// Whose a partition is, as somebody is told who looks on.
    fn holder_told(&self, held: Held, now: Instant) -> Option<NodeId> {
        (held.1 > now).then_some(held.0)
    }

    /// How many nodes there are, as somebody is told who looks on.
    fn nodes_told(&self, members: &Members, now: Instant) -> usize {
        members.until.values().filter(|until| **until > now).count()
    }

    /// Done to what somebody is told who looks on.
    fn tell_groups(&self, _groups: &mut Vec<(Group, Roll)>) {}

    /// Done to what a node is told of the leases, and to where the checkpoints are.
    fn tell(&self, _kept: &mut Kept, _group: &Group, _leases: &mut Vec<Lease>) {}

    /// Whether a partition can be leased at all, by `node`.
    fn is_there(&self, members: &Members, group: &Group, partition: u16, _node: NodeId) -> bool {
        members.partitions == group.partitions && partition < members.partitions
    }

    fn is_free(&self, _members: &Members, held: Option<Held>, node: NodeId, now: Instant) -> bool {
        held.is_none_or(|held| held.0 == node || held.1 <= now)
    }

    /// Done to a checkpoint whose partition is not given.
    fn deny(&self, _checkpoint: &mut Checkpoint) {}

    /// The checkpoint of a partition that is given, which `again` says is given to who has it already.
    fn give(&self, current: Checkpoint, _again: bool) -> Checkpoint {
        Checkpoint::new(current.position, current.epoch.next())
    }

    /// Whether a group that never beat can lease.
    fn needs_no_beat(&self) -> bool {
        false
    }

    fn release(&self, members: &mut Members, partition: u16, node: NodeId) {
        members.leases.retain(|n, held| *n != partition || held.0 != node);
    }

    fn leave(&self, kept: &mut Kept, place: &GroupKey, node: NodeId) {
        let Some(members) = kept.groups.get_mut(place) else { return };
        members.until.remove(&node);
        members.leases.retain(|_, held| held.0 != node);
    }

    /// What a claim does to the leases.
    fn claim(&self, members: &mut Members, partition: u16) {
        members.leases.remove(&partition);
    }

    /// What a reset does to the leases.
    fn reset(&self, members: &mut Members, partition: u16) {
        members.leases.remove(&partition);
    }

    /// Whether others can come between looking who has a partition and giving it.
    fn lets_others_between(&self) -> bool {
        false
    }

    /// What is told at a time.
    fn tell_time(&self, right: Timestamp) -> Timestamp {
        right
    }

    /// Until when somebody is kept who wants to wait until `time`, and what it is told then.
    fn wait(&self, time: Timestamp) -> (Timestamp, Option<Timestamp>) {
        (time, None)
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

    /// Takes a checkpoint over, and gives it as it is then.
    fn take(
        &self,
        key: &CheckpointKey,
        free: impl Fn(&D, &mut Members, u16),
        taken: impl Fn(Checkpoint) -> Checkpoint,
    ) -> Checkpoint {
        let mut kept = self.kept();
        if let Some(members) = kept.groups.get_mut(&self.defect.place(&key.consumer, key.log)) {
            free(&self.defect, members, key.partition);
        }
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
        let taken = |current: Checkpoint| Checkpoint::new(current.position, current.epoch.next());
        Ok(self.take(key, D::claim, taken))
    }

    async fn advance(&self, advance: Advance) -> Result<(), AdvanceError> {
        let mut kept = self.kept();
        let moved = advance.apply_to(kept.checkpoints.get(&advance.key).copied())?;
        kept.checkpoints.insert(advance.key, moved);
        Ok(())
    }

    async fn reset(&self, key: &CheckpointKey) -> Result<Checkpoint, StoreError> {
        let taken = |current: Checkpoint| Checkpoint::new(Position::START, current.epoch.next());
        Ok(self.take(key, D::reset, taken))
    }
}

#[async_trait]
impl<D: Defect> LeaseStore for Broken<D> {
    async fn now(&self) -> Result<Timestamp, StoreError> {
        Ok(self.defect.tell_time(SystemClock::new().now()))
    }

    async fn wait_until(&self, time: Timestamp) -> Result<Timestamp, StoreError> {
        let (until, told) = self.defect.wait(time);
        SystemClock::new().wait_until(until).await;
        Ok(told.unwrap_or_else(|| SystemClock::new().now()))
    }

    async fn beat(&self, group: &Group, node: NodeId, ttl: Duration) -> Result<Roll, StoreError> {
        let (mut kept, now) = (self.kept(), Instant::now());
        let kept = &mut *kept;
        let (place, end) = (self.defect.place(&group.consumer, group.log), self.defect.end(now, ttl));
        if !kept.groups.contains_key(&place) {
            let partitions = self.defect.found(kept, group);
            for partition in 0..partitions {
                if let Some(begin) = self.defect.begin(group) {
                    kept.checkpoints.entry(group.key(partition)).or_insert(begin);
                }
            }
            kept.groups.insert(place.clone(), Members { partitions, ..Members::default() });
        }
        let members = kept.groups.get_mut(&place).unwrap();
        if self.defect.is_refused(members.partitions, group) {
            self.defect.refuse(members, node, end);
            return Err(group.has_another_number(members.partitions));
        }
        self.defect.join(members, node, end);
        self.defect.renew(members, node, end);
        let nodes = self.defect.count(members, node, now);
        let lease = |partition| {
            let checkpoint = kept.checkpoints.get(&group.key(partition)).copied().unwrap_or_default();
            let held = members.leases.get(&partition);
            Lease::new(checkpoint, held.and_then(|held| self.defect.holder(*held, node, now)))
        };
        let mut leases = (0..group.partitions).map(lease).collect();
        self.defect.tell(kept, group, &mut leases);
        Ok(Roll::new(nodes, leases))
    }

    async fn lease(
        &self,
        group: &Group,
        partition: u16,
        node: NodeId,
        ttl: Duration,
    ) -> Result<Option<Checkpoint>, StoreError> {
        let place = self.defect.place(&group.consumer, group.log);
        let before = self.kept().groups.get(&place).map(|members| members.leases.get(&partition).copied());
        if self.defect.lets_others_between() {
            others_go_first().await;
        }
        let (mut kept, now) = (self.kept(), Instant::now());
        let kept = &mut *kept;
        if self.defect.needs_no_beat() {
            let members = Members { partitions: group.partitions, ..Members::default() };
            kept.groups.entry(place.clone()).or_insert(members);
        }
        let Some(members) = kept.groups.get_mut(&place) else { return Ok(None) };
        let mut held = members.leases.get(&partition).copied();
        if self.defect.lets_others_between() {
            held = before.flatten();
        }
        let is_there = self.defect.is_there(members, group, partition, node);
        if !is_there || !self.defect.is_free(members, held, node, now) {
            kept.checkpoints.entry(group.key(partition)).and_modify(|found| self.defect.deny(found));
            return Ok(None);
        }
        members.leases.insert(partition, (node, self.defect.end(now, ttl)));
        let checkpoint = kept.checkpoints.entry(group.key(partition)).or_default();
        *checkpoint = self.defect.give(*checkpoint, held.is_some_and(|held| held.0 == node));
        Ok(Some(*checkpoint))
    }

    async fn groups(&self) -> Result<Vec<(Group, Roll)>, StoreError> {
        let (kept, now) = (self.kept(), Instant::now());
        let mut groups = Vec::new();
        for ((consumer, log), members) in &kept.groups {
            let group = Group::new(consumer.parse().unwrap(), *log, members.partitions);
            let lease = |partition| {
                let checkpoint = kept.checkpoints.get(&group.key(partition)).copied().unwrap_or_default();
                let held = members.leases.get(&partition);
                Lease::new(checkpoint, held.and_then(|held| self.defect.holder_told(*held, now)))
            };
            let nodes = self.defect.nodes_told(members, now);
            groups.push((group.clone(), Roll::new(nodes, (0..members.partitions).map(lease).collect())));
        }
        self.defect.tell_groups(&mut groups);
        Ok(groups)
    }

    async fn release(&self, key: &CheckpointKey, node: NodeId) -> Result<(), StoreError> {
        let place = self.defect.place(&key.consumer, key.log);
        if let Some(members) = self.kept().groups.get_mut(&place) {
            self.defect.release(members, key.partition, node);
        }
        Ok(())
    }

    async fn leave(&self, group: &Group, node: NodeId) -> Result<(), StoreError> {
        let place = self.defect.place(&group.consumer, group.log);
        self.defect.leave(&mut self.kept(), &place, node);
        Ok(())
    }
}

pub(crate) fn nothing_is_accepted() {
    #[derive(Default)]
    struct Nothing;
    impl Defect for Nothing {}
    super::accepts(&cases::<Place<Nothing>>());
}
