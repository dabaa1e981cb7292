use crate::{
    PgStore,
    checkpoint::{checkpoint, made},
    quarantine::{Unreadable, text},
    row::Micros,
};
use async_trait::async_trait;
use factum_core::{
    Checkpoint, CheckpointKey, ConsumerName, LogId, StoreError, Timestamp,
    lease::{Group, Lease, LeaseStore, NodeId, Roll},
};
use std::time::Duration;
use tokio_postgres::Row;

#[async_trait]
impl LeaseStore for PgStore {
    async fn now(&self) -> Result<Timestamp, StoreError> {
        let doing = "asking for the time";
        let database = &self.inner.database;
        let rows = database.query(doing, &database.sql.lease.now, &[]).await?;
        let [row] = &*rows else { return Err(StoreError::corrupt(doing, "there is no answer")) };
        row.get::<_, Micros>(0).time()
    }

    async fn beat(&self, group: &Group, node: NodeId, ttl: Duration) -> Result<Roll, StoreError> {
        let doing = "saying that a node is there";
        let database = &self.inner.database;
        let sql = &database.sql.lease;
        let (consumer, log) = (group.consumer.as_str(), group.log.0);
        let partitions = i32::from(group.partitions);
        let parameters: &crate::database::Parameters<'_> =
            &[&consumer, &log, &node.0, &micros(ttl), &partitions];
        loop {
            let rows = database.query(doing, &sql.beat, parameters).await?;
            let Some(first) = rows.first() else {
                let start = group.start.get() as i64;
                database.execute(doing, &sql.found, &[&consumer, &log, &partitions, &start]).await?;
                continue;
            };
            let found: i32 = first.get(0);
            if found != partitions {
                return Err(group.has_another_number(found as u16));
            }
            let others: i64 = first.get(4);
            return Ok(Roll::new(others as usize + 1, rows.iter().map(lease).collect()));
        }
    }

    async fn lease(
        &self,
        group: &Group,
        partition: u16,
        node: NodeId,
        ttl: Duration,
    ) -> Result<Option<Checkpoint>, StoreError> {
        let database = &self.inner.database;
        let (consumer, log) = (group.consumer.as_str(), group.log.0);
        let (partition, partitions) = (i32::from(partition), i32::from(group.partitions));
        let lease = &database.sql.lease.lease;
        let parameters: &crate::database::Parameters<'_> =
            &[&consumer, &log, &partition, &node.0, &micros(ttl), &partitions];
        let rows = database.query("leasing a partition", lease, parameters).await?;
        Ok(rows.first().map(checkpoint))
    }

    async fn release(&self, key: &CheckpointKey, node: NodeId) -> Result<(), StoreError> {
        let database = &self.inner.database;
        let (consumer, log) = (key.consumer.as_str(), key.log.0);
        let partition = Some(i32::from(key.partition));
        let release = &database.sql.lease.release;
        let doing = "giving back a partition";
        database.execute(doing, release, &[&consumer, &log, &partition, &node.0]).await.map(drop)
    }

    async fn groups(&self) -> Result<Vec<(Group, Roll)>, StoreError> {
        let doing = "listing who runs what";
        let database = &self.inner.database;
        let rows = database.query(doing, &database.sql.lease.groups, &[]).await?;
        let mut groups: Vec<(Group, Roll)> = Vec::new();
        for row in &rows {
            let consumer: Result<ConsumerName, Unreadable> = text(row, 0);
            let (consumer, log) = (consumer.map_err(|e| StoreError::corrupt(doing, e))?, LogId(row.get(1)));
            let lease =
                Lease::new(made(row.get(3), row.get(4)), row.get::<_, Option<uuid::Uuid>>(5).map(NodeId));
            match groups.last_mut().filter(|(group, _)| group.consumer == consumer && group.log == log) {
                Some((_, roll)) => roll.leases.push(lease),
                None => {
                    let roll = Roll::new(row.get::<_, i64>(6) as usize, vec![lease]);
                    groups.push((Group::new(consumer, log, row.get::<_, i32>(2) as u16), roll));
                }
            }
        }
        Ok(groups)
    }

    async fn leave(&self, group: &Group, node: NodeId) -> Result<(), StoreError> {
        let doing = "saying that a node has gone";
        let database = &self.inner.database;
        let (consumer, log) = (group.consumer.as_str(), group.log.0);
        let sql = &database.sql.lease;
        database.execute(doing, &sql.release, &[&consumer, &log, &None::<i32>, &node.0]).await?;
        database.execute(doing, &sql.leave, &[&consumer, &log, &node.0]).await.map(drop)
    }
}

fn lease(row: &Row) -> Lease {
    Lease::new(made(row.get(1), row.get(2)), row.get::<_, Option<uuid::Uuid>>(3).map(NodeId))
}

/// At most so many that they can be added to now.
fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX).min(i64::MAX / 4)
}
