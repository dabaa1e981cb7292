use crate::{
    SqliteStore,
    checkpoint::{checkpoint, place},
    error::Context,
    quarantine::text,
};
use async_trait::async_trait;
use factum_core::{
    Checkpoint, CheckpointKey, ConsumerName, LogId, Position, StoreError, Timestamp,
    checkpoint::Epoch,
    lease::{Group, Lease, LeaseStore, NodeId, Roll},
};
use rusqlite::{Connection, OptionalExtension};
use std::time::Duration;

#[async_trait]
impl LeaseStore for SqliteStore {
    async fn now(&self) -> Result<Timestamp, StoreError> {
        Ok(self.inner.config.clock.now())
    }

    async fn wait_until(&self, time: Timestamp) -> Result<Timestamp, StoreError> {
        let clock = &self.inner.config.clock;
        clock.wait_until(time).await;
        Ok(clock.now().max(time))
    }

    async fn beat(&self, group: &Group, node: NodeId, ttl: Duration) -> Result<Roll, StoreError> {
        let doing = "saying that a node is there";
        let (group, ttl) = (group.clone(), millis(ttl));
        let work = move |connection: &Connection| {
            let partitions = partitions(connection, &group).doing(doing)?;
            if partitions != group.partitions {
                return Err(group.has_another_number(partitions));
            }
            beat(connection, &group, node, ttl).doing(doing)
        };
        self.inner.writer.write(doing, work).await
    }

    async fn lease(
        &self,
        group: &Group,
        partition: u16,
        node: NodeId,
        ttl: Duration,
    ) -> Result<Option<Checkpoint>, StoreError> {
        let doing = "leasing a partition";
        let (group, ttl) = (group.clone(), millis(ttl));
        let work = move |connection: &Connection| {
            let mut lease = connection.prepare_cached(include_str!("../sql/lease/lease.sql")).doing(doing)?;
            let to = (group.consumer.as_str(), group.log.0, partition, node.0, ttl, group.partitions);
            lease.query_row(to, checkpoint).optional().doing(doing)
        };
        self.inner.writer.write(doing, work).await
    }

    async fn release(&self, key: &CheckpointKey, node: NodeId) -> Result<(), StoreError> {
        let doing = "giving back a partition";
        let key = key.clone();
        let work = move |connection: &Connection| {
            let mut release =
                connection.prepare_cached(include_str!("../sql/lease/release.sql")).doing(doing)?;
            let (consumer, log, partition) = place(&key);
            release.execute((consumer, log, partition, node.0)).map(drop).doing(doing)
        };
        self.inner.writer.write(doing, work).await
    }

    async fn groups(&self) -> Result<Vec<(Group, Roll)>, StoreError> {
        let doing = || "listing who runs what".to_owned();
        self.inner.readers.read(doing, |connection, _| groups(connection)).await
    }

    async fn leave(&self, group: &Group, node: NodeId) -> Result<(), StoreError> {
        let doing = "saying that a node has gone";
        let group = group.clone();
        let work = move |connection: &Connection| {
            let run = || {
                let (consumer, log) = (group.consumer.as_str(), group.log.0);
                let mut release = connection.prepare_cached(include_str!("../sql/lease/release.sql"))?;
                release.execute((consumer, log, None::<u16>, node.0))?;
                let mut leave = connection.prepare_cached(include_str!("../sql/lease/leave.sql"))?;
                leave.execute((consumer, log, node.0)).map(drop)
            };
            run().doing(doing)
        };
        self.inner.writer.write(doing, work).await
    }
}

/// How many partitions the group has, which is new if nobody has said so before.
fn partitions(connection: &Connection, group: &Group) -> rusqlite::Result<u16> {
    let (consumer, log) = (group.consumer.as_str(), group.log.0);
    let mut find = connection.prepare_cached(include_str!("../sql/lease/group.sql"))?;
    if let Some(partitions) = find.query_row((consumer, log), |row| row.get(0)).optional()? {
        return Ok(partitions);
    }
    let found = include_str!("../sql/lease/found.sql");
    let partitions = connection.query_row(found, (consumer, log, group.partitions), |row| row.get(0))?;
    let mut make = connection.prepare_cached(include_str!("../sql/lease/partition.sql"))?;
    for partition in 0..partitions {
        make.execute((consumer, log, partition, group.start.get() as i64))?;
    }
    Ok(partitions)
}

fn beat(connection: &Connection, group: &Group, node: NodeId, ttl: i64) -> rusqlite::Result<Roll> {
    let (consumer, log) = (group.consumer.as_str(), group.log.0);
    connection.prepare_cached(include_str!("../sql/lease/forget.sql"))?.execute((consumer, log))?;
    for change in [include_str!("../sql/lease/join.sql"), include_str!("../sql/lease/renew.sql")] {
        connection.prepare_cached(change)?.execute((consumer, log, node.0, ttl))?;
    }
    let mut members = connection.prepare_cached(include_str!("../sql/lease/members.sql"))?;
    let nodes = members.query_row((consumer, log), |row| row.get::<_, u32>(0))?;
    let mut leases = connection.prepare_cached(include_str!("../sql/lease/leases.sql"))?;
    let leases = leases.query_map((consumer, log, node.0, group.partitions), |row| {
        Ok(Lease::new(checkpoint(row)?, row.get::<_, Option<uuid::Uuid>>(2)?.map(NodeId)))
    })?;
    Ok(Roll::new(nodes as usize, leases.collect::<Result<_, _>>()?))
}

fn groups(connection: &Connection) -> rusqlite::Result<Vec<(Group, Roll)>> {
    let mut list = connection.prepare_cached(include_str!("../sql/lease/groups.sql"))?;
    let mut rows = list.query([])?;
    let mut groups: Vec<(Group, Roll)> = Vec::new();
    while let Some(row) = rows.next()? {
        let (consumer, log) = (text::<ConsumerName>(row, 0)?, LogId(row.get(1)?));
        let checkpoint = Checkpoint::new(
            Position::new(row.get::<_, i64>(3)? as u64),
            Epoch::new(row.get::<_, i64>(4)? as u64),
        );
        let lease = Lease::new(checkpoint, row.get::<_, Option<uuid::Uuid>>(5)?.map(NodeId));
        match groups.last_mut().filter(|(group, _)| group.consumer == consumer && group.log == log) {
            Some((_, roll)) => roll.leases.push(lease),
            None => {
                let roll = Roll::new(row.get::<_, u32>(6)? as usize, vec![lease]);
                groups.push((Group::new(consumer, log, row.get(2)?), roll));
            }
        }
    }
    Ok(groups)
}

/// At most so many that they can be added to now.
fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX).min(i64::MAX / 2)
}
