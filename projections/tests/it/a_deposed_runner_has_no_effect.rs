use crate::given::{
    Call, Fault, Faulty, Journal, Noted, Step, append, documents, expected, followed, gate, noted, run,
    run_briefly, soon, unrelated,
};
use async_trait::async_trait;
use factum::{
    CheckpointKey, CheckpointStore, ConsumerName, Position, Recorded,
    app::Running,
    projection::{Project, ProjectionError},
    store::EventReader,
};
use factum_macros::Projection;
use factum_projections::{Status, runner::Holder};
use factum_store_memory::MemoryStore;
use factum_store_sqlite::{SqliteStore, SqliteWork};

#[tokio::test]
async fn in_the_middle_of_a_batch() {
    let steps = followed(9);
    let (stop, mut held) = gate();
    let log = MemoryStore::new();
    append(&log, steps.iter().map(Step::event)).await;
    let slow = Faulty::new(log.clone()).pages([4]).at(Call::Commit, 1, Fault::HoldBefore(stop));

    let deposed = run_briefly(Journal, slow.clone(), slow.clone());
    held.reached().await;
    let owner = run(Journal, log.clone(), log.clone());
    owner.waiter().reached(Position::new(9)).await.unwrap();
    held.open();

    soon(deposed.waiter().reached(Position::new(9))).await.expect("it hears how far the owner has come");
    let progress = deposed.waiter().progress().unwrap();
    assert!(matches!(progress.status, Status::StandBy), "{progress:?}");
    assert_eq!(progress.partitions[0].holder, Holder::Elsewhere);
    assert_eq!(slow.times(Call::Claim).len(), 1, "it does not take the checkpoint back");
    assert_eq!(documents(&log).await, expected(&steps));
    append(&log, [noted("later")]).await;
    owner.waiter().reached(Position::new(10)).await.unwrap();
}

#[tokio::test]
async fn when_it_is_stopped() {
    let log = MemoryStore::new();
    let deposed = run(Journal, log.clone(), log.clone());
    append(&log, [unrelated()]).await;
    soon(deposed.waiter().reached(Position::new(1))).await.unwrap();

    let key = CheckpointKey::new(ConsumerName::from_static("journal_v1").unwrap(), log.log_id());
    log.claim(&key).await.unwrap();
    deposed.stop().await;
    assert_eq!(log.checkpoint(&key).await.unwrap().unwrap().position, Position::START);
    assert!(matches!(deposed.waiter().progress().unwrap().status, Status::Stopped));
}

#[tokio::test]
async fn one_owner_after_the_other() {
    let steps = followed(60);
    let log = Faulty::new(MemoryStore::new()).pages([1, 2]);
    let mut owners = Vec::new();
    for part in steps.chunks(6) {
        append(&log, part.iter().map(Step::event)).await;
        owners.push(run_briefly(Journal, log.clone(), log.clone()));
        // Long enough for some of them to be in the middle of the log.
        for _ in 0..owners.len() {
            tokio::task::yield_now().await;
        }
    }
    let last = owners.last().unwrap().waiter();
    last.reached(Position::new(60)).await.unwrap();
    assert_eq!(documents(&log).await, expected(&steps));
    let still = Position::new(61);
    append(&log, [noted("later")]).await;
    last.reached(still).await.unwrap();
    for other in &owners {
        soon(other.waiter().reached(still)).await.unwrap();
    }
}

/// Counts in a table of its own, from inside the transaction.
#[derive(Projection)]
#[projection(name = "count", events(Noted))]
struct Count;

#[async_trait]
impl Project<SqliteStore> for Count {
    async fn prepare(&self, sink: &SqliteStore) -> Result<(), ProjectionError> {
        let connection = factum_store_sqlite::rusqlite::Connection::open(sink.path()).unwrap();
        connection
            .execute_batch("CREATE TABLE IF NOT EXISTS counted (position INTEGER NOT NULL) STRICT")
            .map_err(|e| ProjectionError::Work(e.into()))
    }

    async fn project(
        &self,
        _: &SqliteStore,
        events: &[Recorded<CountEvent>],
    ) -> Result<SqliteWork, ProjectionError> {
        let positions: Vec<_> = events.iter().map(|event| event.position().get() as i64).collect();
        Ok(SqliteWork::new(move |connection| {
            for position in positions {
                connection.execute("INSERT INTO counted VALUES (?1)", [position])?;
            }
            Ok(())
        }))
    }
}

#[tokio::test]
async fn with_sql_of_its_own_and_the_owner_in_another_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("count.db");
    // Two stores on one file know nothing of each other, as two processes do.
    let (here, there) = (SqliteStore::open(&path).await.unwrap(), SqliteStore::open(&path).await.unwrap());
    let (stop, mut held) = gate();
    let slow = Faulty::new(here.clone()).at(Call::ReadLog, 0, Fault::HoldAfter(stop));
    append(&here, [noted("a"), noted("b")]).await;

    let deposed = run_briefly(Count, here.clone(), slow);
    held.reached().await;
    let owner = run(Count, there.clone(), there.clone());
    owner.waiter().reached(Position::new(2)).await.unwrap();
    held.open();
    soon(deposed.waiter().reached(Position::new(2))).await.unwrap();
    assert!(matches!(deposed.waiter().progress().unwrap().status, Status::StandBy));

    let connection = factum_store_sqlite::rusqlite::Connection::open(&path).unwrap();
    let mut list = connection.prepare("SELECT position FROM counted ORDER BY rowid").unwrap();
    let counted: Vec<i64> = list.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(counted, [1, 2]);
}
