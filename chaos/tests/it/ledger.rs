//! A read model in which it shows if an event was applied twice, not at all, or in another order, and by whom; and the same
//! folded from the log.

use crate::gate::{At, Gate};
use async_trait::async_trait;
use factum_core::{
    Append, EventAppender as _, NewEvent, Position, Query, Recorded, StreamId,
    projection::{Project, ProjectionError},
    store::{EventReaderExt as _, ReadLog},
};
use factum_macros::{Event, Projection};
use factum_store_postgres::{PgStore, PgWork, sqlx};
use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

#[derive(Clone, Copy, Debug, Event, Serialize, Deserialize)]
pub(crate) struct Added {
    amount: i64,
}

#[derive(Clone, Projection)]
#[projection(name = "ledger", events(Added))]
pub(crate) struct Ledger {
    /// Who applies.
    pub(crate) node: String,
    pub(crate) gate: Arc<Gate>,
}

pub(crate) const TABLES: &str = "
    CREATE TABLE balances (stream text PRIMARY KEY, events bigint NOT NULL, sum bigint NOT NULL, trace bigint NOT NULL);
    CREATE TABLE written (node text NOT NULL, stream text NOT NULL, version bigint NOT NULL)";

/// `trace` depends on the order.
const WRITE: &str = "
    WITH written AS (INSERT INTO written (node, stream, version) VALUES ($1, $2, $3))
    INSERT INTO balances AS b (stream, events, sum, trace) VALUES ($2, 1, $4, $4)
    ON CONFLICT (stream) DO UPDATE
    SET events = b.events + 1, sum = b.sum + $4, trace = (b.trace * 31 + $4) % 1000003";

#[async_trait]
impl Project<PgStore> for Ledger {
    async fn project(
        &self,
        _: &PgStore,
        events: &[Recorded<LedgerEvent>],
    ) -> Result<PgWork, ProjectionError> {
        self.gate.at(At::Reading).await;
        let rows = events.iter().map(|event| {
            let LedgerEvent::Added(added) = &event.event;
            (event.stream().to_string(), event.version().get() as i64, added.amount)
        });
        let (rows, ledger): (Vec<_>, _) = (rows.collect(), self.clone());
        Ok(PgWork::new(move |connection| {
            Box::pin(async move {
                for (stream, version, amount) in rows {
                    let write = sqlx::query(WRITE).bind(&ledger.node).bind(stream).bind(version).bind(amount);
                    write.execute(&mut *connection).await?;
                }
                ledger.gate.at(At::Writing).await;
                Ok(())
            })
        }))
    }
}

/// By stream: how many events there were, their sum, and a number that depends on their order.
pub(crate) type Balances = BTreeMap<String, (i64, i64, i64)>;

pub(crate) async fn balances(store: &PgStore) -> Balances {
    let all = "SELECT stream, events, sum, trace FROM balances";
    let rows: Vec<(String, i64, i64, i64)> = sqlx::query_as(all).fetch_all(store.pool()).await.unwrap();
    rows.into_iter().map(|(stream, events, sum, trace)| (stream, (events, sum, trace))).collect()
}

/// What the log says, folded by a plain loop.
pub(crate) async fn oracle(store: &PgStore) -> Balances {
    let mut balances = Balances::new();
    let events: Vec<_> = store.log_events(ReadLog::new(Query::all())).try_collect().await.unwrap();
    for event in events {
        let Added { amount } = serde_json::from_slice(&event.payload).unwrap();
        let (events, sum, trace) = balances.entry(event.stream.to_string()).or_default();
        (*events, *sum, *trace) = (*events + 1, *sum + amount, (*trace * 31 + amount) % 1_000_003);
    }
    balances
}

/// The versions that this node has written, of any stream, each once.
pub(crate) async fn versions_written_by(store: &PgStore, node: &str) -> Vec<i64> {
    let written = "SELECT DISTINCT version FROM written WHERE node = $1 ORDER BY version";
    sqlx::query_scalar(written).bind(node).fetch_all(store.pool()).await.unwrap()
}

/// Some for each partition.
const STREAMS: u64 = 100;

/// One more event for each stream, all in one append, so that they are in one batch of each partition. Where it ends.
pub(crate) async fn append(store: &PgStore, amount: i64) -> Position {
    let stream = |n| StreamId::of("account", n).unwrap();
    let event = |n| NewEvent::of(stream(n), &Added { amount: amount + n as i64 }).unwrap();
    store.append_one(Append::new((0..STREAMS).map(event))).await.unwrap().position()
}
