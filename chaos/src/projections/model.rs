//! What the nodes make of the log: two views, tables of their own, and effects outside of any transaction.

use async_trait::async_trait;
use factum_core::{
    Apply, Keys, Recorded, StreamId, View,
    projection::{Project, ProjectionError, Reaction, Reactor},
    sink::WorkError,
};
use factum_macros::{Event, Projection};
use factum_store_postgres::{PgStore, PgWork, sqlx};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The only event: something was added to an account, and concerns some labels.
#[derive(Clone, Debug, Event, Serialize, Deserialize)]
pub(crate) struct Added {
    pub(crate) amount: u64,
    pub(super) labels: Vec<u8>,
}

/// Of an account, by its stream.
#[derive(Clone, Debug, Default, PartialEq, Projection, Serialize, Deserialize)]
#[projection(name = "accounts", key = String, events(Added))]
pub(crate) struct Account {
    pub(crate) events: u64,
    pub(super) sum: u64,
    /// Changes with every event, and with their order.
    pub(super) trace: u64,
}

impl Apply<Added> for Account {
    fn apply(&mut self, event: &Added) {
        self.events += 1;
        self.sum += event.amount;
        self.trace = self.trace.wrapping_mul(31).wrapping_add(event.amount);
    }
}

/// Of a label, which events of all streams concern.
#[derive(Clone, Copy, Debug, Default, Projection)]
#[projection(name = "labels", events(Added))]
pub(super) struct Labels;

impl View for Labels {
    type Key = u8;
    type Document = Account;

    fn keys(&self, event: &Recorded<LabelsEvent>) -> Keys<u8> {
        let LabelsEvent::Added(added) = &event.event;
        Keys::many(added.labels.iter().copied())
    }

    fn fold(&self, _: &u8, label: &mut Account, event: &Recorded<LabelsEvent>) {
        let LabelsEvent::Added(added) = &event.event;
        label.apply(added);
    }
}

/// Counts with SQL of its own, where adding twice shows.
#[derive(Clone, Copy, Debug, Default, Projection)]
#[projection(name = "counts", events(Added))]
pub(super) struct Counts;

const COUNT: &str = "
    INSERT INTO chaos.counts AS c (stream, events, sum)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[])
    ON CONFLICT (stream) DO UPDATE SET events = c.events + excluded.events, sum = c.sum + excluded.sum";

#[async_trait]
impl Project<PgStore> for Counts {
    async fn project(
        &self,
        _: &PgStore,
        events: &[Recorded<CountsEvent>],
    ) -> Result<PgWork, ProjectionError> {
        // In an order that all partitions share.
        let mut counts: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for event in events {
            let CountsEvent::Added(added) = &event.event;
            let count = counts.entry(event.stream().to_string()).or_default();
            count.0 += 1;
            count.1 += added.amount as i64;
        }
        Ok(PgWork::new(move |connection| {
            Box::pin(async move {
                let streams: Vec<String> = counts.keys().cloned().collect();
                let (events, sums): (Vec<i64>, Vec<i64>) = counts.into_values().unzip();
                sqlx::query(COUNT).bind(streams).bind(events).bind(sums).execute(connection).await?;
                Ok(())
            })
        }))
    }
}

/// Does something outside, where nothing is rolled back: each delivery is counted under its key.
#[derive(Clone, Projection)]
#[projection(name = "notices", events(Added))]
pub(super) struct Notices {
    pub(super) outside: sqlx::PgPool,
}

const DELIVER: &str = "
    INSERT INTO chaos.effects AS e (key, stream, version) VALUES ($1, $2, $3)
    ON CONFLICT (key) DO UPDATE SET deliveries = e.deliveries + 1";

#[async_trait]
impl Reactor for Notices {
    async fn react(&self, event: &Recorded<NoticesEvent>, reaction: &Reaction) -> Result<(), WorkError> {
        let deliver = sqlx::query(DELIVER).bind(reaction.key()).bind(event.stream().to_string());
        deliver.bind(event.version().get() as i64).execute(&self.outside).await?;
        Ok(())
    }
}

/// The tables of [`Counts`] and [`Notices`].
pub(super) const TABLES: &str = "
    CREATE SCHEMA chaos;
    CREATE TABLE chaos.counts (stream text PRIMARY KEY, events bigint NOT NULL, sum bigint NOT NULL);
    CREATE TABLE chaos.effects (
        n bigint GENERATED ALWAYS AS IDENTITY, key text PRIMARY KEY, stream text NOT NULL, version bigint NOT NULL,
        deliveries bigint NOT NULL DEFAULT 1
    )";

/// How many accounts there are.
pub(super) const ACCOUNTS: u64 = 200;

pub(super) fn stream(account: u64) -> StreamId {
    StreamId::of("account", account).expect("a category and a number are a stream")
}
