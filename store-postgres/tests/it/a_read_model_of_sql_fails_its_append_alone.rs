//! Work in SQL that the database refuses.

use crate::{
    log::{event, log, positions, small},
    place::Place,
    read_model::{Noted, attached, documents, expected, places, reached},
};
use async_trait::async_trait;
use bytes::Bytes;
use factum_core::{
    Append, AppendError, Causes, EventAppender, Recorded,
    projection::{Inlined, Project, ProjectInline, Projection, ProjectionError},
};
use factum_store_postgres::{PgStore, PgWork, sqlx};
use futures_util::future::join_all;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// A row for each stream, which may have one event.
struct Once {
    table: String,
    runs: Arc<AtomicUsize>,
}

impl Projection for Once {
    type Event = Noted;
    const NAME: &'static str = "once";
}

#[async_trait]
impl Project<PgStore> for Once {
    async fn project(&self, _: &PgStore, _: &[Recorded<Noted>]) -> Result<PgWork, ProjectionError> {
        unreachable!("nobody runs it")
    }
}

impl ProjectInline<PgStore> for Once {
    fn project_inline(
        &self,
        _: u32,
        events: &[Recorded<Noted>],
        _: Vec<Option<Bytes>>,
    ) -> Result<Inlined<PgWork>, ProjectionError> {
        self.runs.fetch_add(1, Ordering::Relaxed);
        let keys: Vec<_> = events.iter().map(|event| event.stream().key().to_owned()).collect();
        let insert = format!("INSERT INTO {} SELECT unnest($1::text[])", self.table);
        Ok(Inlined::Work(PgWork::new(move |connection| {
            Box::pin(async move {
                let insert = sqlx::query(sqlx::AssertSqlSafe(insert)).bind(keys);
                insert.execute(connection).await?;
                Ok(())
            })
        })))
    }
}

/// A store whose appends change both.
async fn once(place: &Place) -> (PgStore, Arc<AtomicUsize>, impl Sized) {
    let (store, table) = (place.open().await, format!("{}.once", place.schema()));
    let sql = place.sql().await;
    sql.batch_execute("CREATE TABLE once (key text PRIMARY KEY CHECK (key <> 'bad'))").await.unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    let attached = (places(&store).await, attached(&store, Once { table, runs: Arc::clone(&runs) }).await);
    (store, runs, attached)
}

/// It is no race that somebody could have lost, so it is not tried again.
#[tokio::test]
async fn with_an_error_that_names_it() {
    let place = Place::new().await;
    let (store, runs, _attached) = once(&place).await;
    store.append_one(small("a")).await.unwrap();
    for refused in [small("a"), small("bad"), Append::new([event("b"), event("b")])] {
        runs.store(0, Ordering::Relaxed);
        match store.append_one(refused.clone()).await {
            Err(AppendError::Store(error)) => {
                assert!(!error.is_transient(), "{error:?}");
                assert_eq!(error.to_string(), "applying once_v1 in the append failed");
                assert!(Causes(&error).to_string().contains("constraint"), "{error:?}");
            }
            outcome => panic!("{outcome:?}"),
        }
        let mut transaction = store.pool().begin().await.unwrap();
        match store.append_in(&mut transaction, refused).await {
            Err(AppendError::Store(error)) => {
                assert_eq!(error.to_string(), "applying once_v1 in the append failed");
            }
            outcome => panic!("{outcome:?}"),
        }
        transaction.commit().await.unwrap();
        assert_eq!(runs.load(Ordering::Relaxed), 2);
    }
    assert_eq!(log(&store).await.len(), 1);
    let last = store.append_one(small("b")).await.unwrap().position().get();
    assert_eq!(reached(&store).await, last);
    assert_eq!(documents(&store).await, expected(&store).await);
}

#[tokio::test]
async fn in_a_call_and_in_a_group() {
    let place = Place::new().await;
    let (store, _, _attached) = once(&place).await;
    let outcomes = store.append(vec![small("a"), small("bad"), small("b"), small("a"), small("c")]).await;
    assert_eq!(outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true, false, true]);
    let many = (0..60).map(|n| {
        let (store, key) = (store.clone(), if n % 15 == 7 { "bad".to_owned() } else { n.to_string() });
        async move { (key == "bad", store.append_one(small(&key)).await.is_err()) }
    });
    assert!(join_all(many).await.into_iter().all(|(is_bad, is_refused)| is_bad == is_refused));
    assert_eq!(positions(&store).await.len(), 3 + 56);
    assert_eq!(documents(&store).await, expected(&store).await);
    let sql = place.sql().await;
    let rows: i64 = sql.query_one("SELECT count(*) FROM once", &[]).await.unwrap().get(0);
    assert_eq!(rows, 3 + 56);
}
