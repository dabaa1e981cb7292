use crate::{MemoryStore, schema::Tables};
use async_trait::async_trait;
use factum_core::{
    Checkpoint, CheckpointKey, ConsumerName, LogId, Position, StoreError, Timestamp,
    checkpoint::Epoch,
    lease::{Group, Lease, LeaseStore, NodeId, Roll},
};
use foldhash::HashMap;
use std::time::Duration;

/// A clock has no time that is farther from now than some centuries; this is as good as for ever.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 3_600);

/// Those who run a consumer.
pub(crate) struct Members {
    pub(crate) partitions: u16,
    /// Until when each has said to be there.
    until: HashMap<NodeId, Timestamp>,
    /// Who has which partition, and until when.
    leases: HashMap<u16, (NodeId, Timestamp)>,
}

impl Members {
    /// Whether anybody has said lately to be there.
    pub(crate) fn is_run(&self, now: Timestamp) -> bool {
        self.until.values().any(|until| *until > now)
    }

    /// Who has a partition, if that lease has not ended; its own `node` need not fear that.
    fn holder(&self, partition: u16, node: NodeId, now: Timestamp) -> Option<NodeId> {
        let (holder, until) = self.leases.get(&partition)?;
        (*holder == node || *until > now).then_some(*holder)
    }
}

impl Tables {
    /// Whoever claims a checkpoint has no lease of it, so nobody has.
    pub(crate) fn free(&mut self, key: &CheckpointKey) {
        if let Some(members) = self.members.get_mut(&(key.consumer.clone(), key.log)) {
            members.leases.remove(&key.partition);
        }
    }
}

#[async_trait]
impl LeaseStore for MemoryStore {
    async fn now(&self) -> Result<Timestamp, StoreError> {
        Ok(self.clock().now())
    }

    async fn wait_until(&self, time: Timestamp) -> Result<Timestamp, StoreError> {
        self.clock().wait_until(time).await;
        Ok(self.clock().now().max(time))
    }

    async fn beat(&self, group: &Group, node: NodeId, ttl: Duration) -> Result<Roll, StoreError> {
        let mut tables = self.write();
        let tables = &mut *tables;
        let (now, place) = (self.clock().now(), (group.consumer.clone(), group.log));
        let end = now + ttl.min(LONGEST);
        let members = tables.members.entry(place).or_insert_with(|| {
            // What ran before without a group.
            let before = tables.checkpoints.get(&group.key(0)).copied().unwrap_or_default();
            let partitions = if before.position > Position::START { 1 } else { group.partitions };
            for n in 0..partitions {
                let begin = Checkpoint::new(group.start, Epoch::default());
                tables.checkpoints.entry(group.key(n)).or_insert(begin);
            }
            Members { partitions, until: HashMap::default(), leases: HashMap::default() }
        });
        if members.partitions != group.partitions {
            return Err(group.has_another_number(members.partitions));
        }
        members.until.retain(|_, until| *until > now);
        members.until.insert(node, end);
        members.leases.values_mut().filter(|(holder, _)| *holder == node).for_each(|(_, until)| *until = end);
        let lease = |n| {
            let checkpoint = tables.checkpoints.get(&group.key(n)).copied().unwrap_or_default();
            Lease::new(checkpoint, members.holder(n, node, now))
        };
        Ok(Roll::new(members.until.len(), (0..group.partitions).map(lease).collect()))
    }

    async fn lease(
        &self,
        group: &Group,
        partition: u16,
        node: NodeId,
        ttl: Duration,
    ) -> Result<Option<Checkpoint>, StoreError> {
        let mut tables = self.write();
        let tables = &mut *tables;
        let now = self.clock().now();
        let members = tables.members.get_mut(&(group.consumer.clone(), group.log));
        let Some(members) = members.filter(|members| members.partitions == group.partitions) else {
            return Ok(None);
        };
        if partition >= members.partitions
            || members.holder(partition, node, now).is_some_and(|holder| holder != node)
        {
            return Ok(None);
        }
        members.leases.insert(partition, (node, now + ttl.min(LONGEST)));
        let checkpoint = tables.checkpoints.entry(group.key(partition)).or_default();
        checkpoint.epoch = checkpoint.epoch.next();
        Ok(Some(*checkpoint))
    }

    async fn release(&self, key: &CheckpointKey, node: NodeId) -> Result<(), StoreError> {
        let mut tables = self.write();
        if let Some(members) = tables.members.get_mut(&(key.consumer.clone(), key.log)) {
            members.leases.retain(|partition, (holder, _)| *partition != key.partition || *holder != node);
        }
        Ok(())
    }

    async fn groups(&self) -> Result<Vec<(Group, Roll)>, StoreError> {
        let (tables, now) = (self.read(), self.clock().now());
        let group = |((consumer, log), members): (&(ConsumerName, LogId), &Members)| {
            let group = Group::new(consumer.clone(), *log, members.partitions);
            let lease = |n| {
                let checkpoint = tables.checkpoints.get(&group.key(n)).copied().unwrap_or_default();
                let holder =
                    members.leases.get(&n).filter(|(_, until)| *until > now).map(|(holder, _)| *holder);
                Lease::new(checkpoint, holder)
            };
            let leases = (0..group.partitions).map(lease).collect();
            let nodes = members.until.values().filter(|until| **until > now).count();
            (group, Roll::new(nodes, leases))
        };
        let mut groups: Vec<_> = tables.members.iter().map(group).collect();
        groups.sort_by(|(a, _), (b, _)| (&a.consumer, a.log).cmp(&(&b.consumer, b.log)));
        Ok(groups)
    }

    async fn leave(&self, group: &Group, node: NodeId) -> Result<(), StoreError> {
        let mut tables = self.write();
        if let Some(members) = tables.members.get_mut(&(group.consumer.clone(), group.log)) {
            members.until.remove(&node);
            members.leases.retain(|_, (holder, _)| *holder != node);
        }
        Ok(())
    }
}
