use crate::given::{
    Entries, Journal, Noted, append, documents, noted, run, soon, sqlite, stopping, unrelated,
};
use async_trait::async_trait;
use factum::{
    App, Keys, Position, Recorded, View,
    projection::{Project, ProjectionError},
};
use factum_macros::Projection;
use factum_projections::{AppBuilderExt, AppExt, Status, WaitError};
use factum_store_memory::{MemoryStore, MemoryWork};
use factum_store_sqlite::{SqliteStore, SqliteWork};

/// Panics at the key `bad`.
#[derive(Clone, Copy, Projection)]
#[projection(name = "careless", events(Noted))]
struct Careless;

impl View for Careless {
    type Key = String;
    type Document = Entries;

    fn keys(&self, event: &Recorded<CarelessEvent>) -> Keys<String> {
        let CarelessEvent::Noted(Noted { keys }) = &event.event;
        Keys::many(keys.iter().cloned())
    }

    fn fold(&self, key: &String, entries: &mut Entries, event: &Recorded<CarelessEvent>) {
        assert!(key != "bad", "as the test wants it");
        entries.positions.push(event.position().get());
    }
}

#[tokio::test]
async fn to_whoever_waits_and_disturbs_nobody_else() {
    let store = MemoryStore::new();
    let app = App::builder(store.clone()).run(stopping(Careless)).projection(Journal).build().await.unwrap();
    let good = append(app.store(), [noted("good")]).await;
    app.wait_for::<Careless>(&good).await.unwrap();
    let bad = append(app.store(), [noted("bad")]).await;

    let error = soon(app.wait_for::<Careless>(&bad)).await.unwrap_err();
    assert!(matches!(error, WaitError::Failed { projection: "careless", .. }), "{error:?}");
    assert!(format!("{error:?}").contains("the projection panicked: as the test wants it"), "{error:?}");
    assert!(matches!(app.caught_up().await, Err(WaitError::Failed { projection: "careless", .. })));
    app.wait_for::<Careless>(&good).await.expect("that much it has applied");
    app.wait_for::<Journal>(&bad).await.unwrap();
    assert_eq!(documents(&store).await["bad"], [2]);
    app.shutdown().await;
}

#[tokio::test]
async fn by_its_progress_too() {
    let store = MemoryStore::new();
    let app = App::builder(store.clone()).run(stopping(Careless)).build().await.unwrap();
    let bad = append(app.store(), [noted("bad")]).await;
    soon(app.wait_for::<Careless>(&bad)).await.unwrap_err();
    let (_, progress) = app.progress().pop().unwrap();
    assert!(matches!(progress.status, Status::Failed(_)), "{progress:?}");
    assert_eq!(progress.position, Position::START);
}

/// Panics inside the sink's transaction, after having written.
#[derive(Projection)]
#[projection(name = "reckless", events(Noted))]
struct Reckless;

#[async_trait]
impl Project<SqliteStore> for Reckless {
    async fn project(
        &self,
        _: &SqliteStore,
        _: &[Recorded<RecklessEvent>],
    ) -> Result<SqliteWork, ProjectionError> {
        Ok(SqliteWork::new(|connection| {
            connection.execute("CREATE TABLE half_done (one INTEGER) STRICT", [])?;
            panic!("as the test wants it")
        }))
    }
}

#[async_trait]
impl Project<MemoryStore> for Reckless {
    async fn project(
        &self,
        _: &MemoryStore,
        _: &[Recorded<RecklessEvent>],
    ) -> Result<MemoryWork, ProjectionError> {
        Ok(MemoryWork::new(|_| panic!("as the test wants it")))
    }
}

#[tokio::test]
async fn and_leaves_the_memory_store_usable() {
    let store = MemoryStore::new();
    let running = run(Reckless, store.clone(), store.clone());
    append(&store, [noted("k")]).await;
    soon(running.waiter().reached(Position::new(1))).await.unwrap_err();
    append(&store, [unrelated()]).await;
}

#[tokio::test]
async fn and_leaves_the_sqlite_store_usable() {
    let (store, _folder) = sqlite().await;
    let running = run(Reckless, store.clone(), store.clone());
    append(&store, [noted("k")]).await;
    soon(running.waiter().reached(Position::new(1))).await.unwrap_err();
    append(&store, [unrelated()]).await;

    let connection = factum_store_sqlite::rusqlite::Connection::open(store.path()).unwrap();
    assert!(!connection.table_exists(None, "half_done").unwrap(), "nothing of the work is left");
}
