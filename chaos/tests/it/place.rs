//! A database of its own, and the nodes that share the ledger in it.

use crate::{child::Process, ledger, node::PARTITIONS};
use factum_core::{
    Checkpoint, CheckpointStore as _, EventReader as _, Position,
    lease::{Group, LeaseStore as _, NodeId},
};
use factum_services::postgres::Database;
use factum_store_postgres::{PgStore, sqlx};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use tokio::time::sleep;

pub(crate) struct Place {
    pub(crate) store: PgStore,
    /// Dropped after the store.
    database: Database,
}

impl Place {
    pub(crate) async fn new() -> Self {
        let database = Database::in_found().await.unwrap();
        let store = PgStore::connect(database.url()).await.unwrap();
        sqlx::raw_sql(ledger::TABLES).execute(store.pool()).await.unwrap();
        Self { store, database }
    }

    /// Two nodes, each of which has half of the partitions, and which node it is that has which. They have applied something.
    pub(crate) async fn shared_by_two(&self, test: &str) -> ([Process; 2], [NodeId; 2]) {
        let start = |name| {
            let url = self.database.url();
            let separator = if url.contains('?') { '&' } else { '?' };
            Process::start(test, name, &format!("{url}{separator}application_name={name}"))
        };
        let one = start("one");
        let first = self.holders_are(|held| held.len() == 1).await;
        let two = start("two");
        let half = usize::from(PARTITIONS / 2);
        let both = self.holders_are(|held| held.len() == 2 && held.values().all(|n| *n == half)).await;
        let [id] = first.into_keys().collect::<Vec<_>>().try_into().unwrap();
        let other = both.into_keys().find(|node| *node != id).unwrap();
        ([one, two], [id, other])
    }

    /// Waits until every partition has a holder, and each holder has a number of them that is right.
    pub(crate) async fn holders_are(
        &self,
        right: impl Fn(&BTreeMap<NodeId, usize>) -> bool,
    ) -> BTreeMap<NodeId, usize> {
        let mut held = BTreeMap::new();
        until("the partitions to be shared", async || {
            held.clear();
            for lease in self.store.groups().await.unwrap().iter().flat_map(|(_, roll)| &roll.leases) {
                if let Some(holder) = lease.holder {
                    *held.entry(holder).or_default() += 1;
                }
            }
            held.values().sum::<usize>() == usize::from(PARTITIONS) && right(&held)
        })
        .await;
        held
    }

    pub(crate) async fn checkpoints(&self) -> Vec<Checkpoint> {
        let group = Group::new("ledger_v1".parse().unwrap(), self.store.log_id(), PARTITIONS);
        let mut checkpoints = Vec::new();
        for partition in 0..PARTITIONS {
            let checkpoint = self.store.checkpoint(&group.key(partition)).await.unwrap();
            checkpoints.push(checkpoint.unwrap_or_default());
        }
        checkpoints
    }

    pub(crate) async fn positions(&self) -> Vec<Position> {
        self.checkpoints().await.iter().map(|checkpoint| checkpoint.position).collect()
    }

    pub(crate) async fn head(&self) -> Position {
        self.store.head().await.unwrap()
    }

    /// The version that all streams have.
    pub(crate) async fn versions(&self) -> i64 {
        let oracle = ledger::oracle(&self.store).await;
        oracle.values().map(|(events, ..)| *events).min().unwrap_or_default()
    }

    /// Waits until all partitions have come so far.
    pub(crate) async fn applied(&self, to: Position) {
        until("everything to be applied", async || {
            self.checkpoints().await.iter().all(|checkpoint| checkpoint.position >= to)
        })
        .await;
    }

    /// How many transactions of a node are open while it does nothing in them.
    pub(crate) async fn open_transactions(&self, name: &str) -> i64 {
        let count = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = $1 AND state = 'idle in transaction'";
        sqlx::query_scalar(count).bind(name).fetch_one(self.store.pool()).await.unwrap()
    }

    /// The read model is what the log says.
    pub(crate) async fn is_right(&self) {
        assert_eq!(ledger::balances(&self.store).await, ledger::oracle(&self.store).await);
    }
}

/// Waits until it is so, by asking again and again. Nobody says when a server has come to some point.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is_so().await {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        sleep(Duration::from_millis(10)).await;
    }
}
