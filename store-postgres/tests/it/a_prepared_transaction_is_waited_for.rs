//! A transaction that was prepared for a two-phase commit has no process any more, keeps its locks, and outlives the
//! server. A restart gives it another name in `pg_locks`.

use crate::{
    log::{Subscriber, append_in, history, positions, small},
    place::{connect, named, until},
};
use factum_core::EventAppender;
use factum_services::postgres::Cluster;
use factum_store_postgres::{
    PgConfig, PgStore,
    sqlx::{self, Executor as _},
};
use tokio_postgres::Client;

async fn cluster() -> Cluster {
    Cluster::builder().set("max_prepared_transactions", 8).start().await.unwrap()
}

async fn open(cluster: &Cluster) -> PgStore {
    PgConfig::new(&cluster.url("postgres")).unwrap().open().await.unwrap()
}

async fn beside(cluster: &Cluster) -> Client {
    connect(&named(&cluster.url("postgres"), "beside")).await
}

/// Appends to `key` in a transaction that is prepared under the same name.
async fn prepare(store: &PgStore, key: &str) -> u64 {
    let mut connection = store.pool().acquire().await.unwrap();
    connection.execute("BEGIN").await.unwrap();
    let position = append_in(store, &mut connection, small(key)).await;
    let prepare = format!("PREPARE TRANSACTION '{key}'");
    connection.execute(sqlx::AssertSqlSafe(prepare)).await.unwrap();
    position
}

#[tokio::test]
async fn until_it_is_committed_or_rolled_back() {
    let cluster = cluster().await;
    let store = open(&cluster).await;
    let mut subscriber = Subscriber::of(&store);
    let sql = beside(&cluster).await;
    assert_eq!(prepare(&store, "a").await, 1);
    store.append_one(small("z")).await.unwrap();
    assert_eq!(prepare(&store, "b").await, 3);
    store.append_one(small("z")).await.unwrap();
    assert_eq!(positions(&store).await, [0; 0]);
    let health = store.health();
    assert_eq!(health.hole.unwrap().get(), 1);
    assert!(!health.is_healthy && health.holders.iter().all(|holder| holder.pid.is_none()), "{health:?}");
    // Others come and go meanwhile.
    let mut aborted = store.pool().begin().await.unwrap();
    append_in(&store, &mut aborted, small("c")).await;
    aborted.rollback().await.unwrap();
    sql.batch_execute("ROLLBACK PREPARED 'b'").await.unwrap();
    assert_eq!(positions(&store).await, [0; 0]);
    sql.batch_execute("COMMIT PREPARED 'a'").await.unwrap();
    assert_eq!(positions(&store).await, [1, 2, 4]);
    subscriber.sees(&[1, 2, 4]).await;
    assert!(store.health().is_healthy, "{:?}", store.health());
    assert_eq!(history(&store, "a").await, [(1, 1)]);
}

/// Both the process that has seen the hole before the crash and one that is started afterwards wait for it.
#[tokio::test]
async fn also_by_who_has_seen_the_server_crash() {
    let cluster = cluster().await;
    let store = open(&cluster).await;
    assert_eq!(prepare(&store, "a").await, 1);
    store.append_one(small("z")).await.unwrap();
    assert_eq!(prepare(&store, "b").await, 3);
    store.append_one(small("z")).await.unwrap();
    assert_eq!(positions(&store).await, [0; 0]);
    let before = names(&cluster).await;

    cluster.kill9().await.unwrap();
    cluster.start().await.unwrap();
    let after = names(&cluster).await;
    assert!(after.len() == 2 && after.iter().all(|name| name.starts_with("-1/")), "{before:?} {after:?}");
    // The task of the old process has found the server again.
    until("the store to look again", async || store.health().failure.is_none()).await;
    let later = open(&cluster).await;
    for store in [&store, &later] {
        assert_eq!(read_when_connected(store).await, [0; 0]);
    }
    // Transactions that take the old names, end, and are no proof of anything.
    for _ in 0..4 {
        later.append_one(small("y")).await.unwrap();
    }
    for store in [&store, &later] {
        assert_eq!(positions(store).await, [0; 0]);
    }
    let sql = beside(&cluster).await;
    sql.batch_execute("COMMIT PREPARED 'a'").await.unwrap();
    for store in [&store, &later] {
        assert_eq!(positions(store).await[..2], [1, 2]);
        assert!(!positions(store).await.contains(&4));
    }
    sql.batch_execute("ROLLBACK PREPARED 'b'").await.unwrap();
    let all = positions(&later).await;
    assert_eq!((all[..3].to_vec(), all.len()), (vec![1, 2, 4], 7));
    assert_eq!(positions(&store).await, all);
}

/// Who holds the lock of the sequence.
async fn names(cluster: &Cluster) -> Vec<String> {
    let holders = "SELECT virtualtransaction FROM pg_locks
        WHERE relation = 'factum.positions'::regclass AND mode = 'RowExclusiveLock'";
    beside(cluster).await.query(holders, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// The first reads after a crash may get connections that have died in it.
async fn read_when_connected(store: &PgStore) -> Vec<u64> {
    use factum_core::EventReader as _;
    until("a connection", async || store.head().await.is_ok()).await;
    positions(store).await
}
