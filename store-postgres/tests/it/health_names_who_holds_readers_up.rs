use crate::{
    log::{append_in, positions, small},
    place::{Place, connect, named, until},
    role::{GRANTS, Role},
};
use factum_core::EventAppender;
use factum_store_postgres::sqlx;
use std::time::Duration;

/// What readers wait for is long after so many seconds.
const LONG: Duration = Duration::from_secs(5);

#[tokio::test]
async fn while_a_callers_transaction_is_open_and_not_afterwards() {
    let place = Place::new().await;
    let store = place.open().await;
    assert!(store.health().holders.is_empty());
    let mut late = store.pool().begin().await.unwrap();
    let (pid, transaction): (i32, String) = sqlx::query_as(
        "SELECT pid, virtualtransaction FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'virtualxid'",
    )
    .fetch_one(&mut *late)
    .await
    .unwrap();
    append_in(&store, &mut late, small("a")).await;
    store.append_one(small("b")).await.unwrap();
    assert_eq!(positions(&store).await, [0; 0]);
    let health = store.health();
    let [holder] = &health.holders[..] else { panic!("{health:?}") };
    assert_eq!((holder.pid, &holder.transaction), (Some(pid), &transaction));
    assert_eq!(holder.application.as_deref(), Some(place.schema()));
    assert_eq!(holder.state.as_deref(), Some("idle in transaction"));
    assert_eq!((health.hole.unwrap().get(), health.mark.get(), health.newest.get()), (1, 0, 2));
    // So far it is what any appending transaction does.
    assert!(health.held.unwrap() >= LONG || health.is_healthy, "{health:?}");
    until("health to find that it takes long", async || !store.health().is_healthy).await;
    let health = store.health();
    assert!(health.failure.is_none() && health.holders[0].pid == Some(pid), "{health:?}");
    // The age is that of the last look.
    let age = health.holders[0].age.zip(health.looked).map(|(age, since)| age + since);
    assert!(health.held.unwrap() >= LONG && age > health.held, "{health:?}");

    late.commit().await.unwrap();
    assert_eq!(positions(&store).await, [1, 2]);
    until("the next look", async || store.health().mark.get() == 2).await;
    let health = store.health();
    assert!(health.is_healthy && health.holders.is_empty() && health.hole.is_none(), "{health:?}");
    assert_eq!((health.mark.get(), health.newest.get()), (2, 2));
}

/// Two of them, one of which is somebody else's and computes; and nobody has to read for it to be noticed.
#[tokio::test]
async fn each_with_what_it_does() {
    let place = Place::new().await;
    let store = place.open().await;
    let lock = place.sql().await;
    lock.batch_execute("SELECT pg_advisory_lock(71, pg_backend_pid())").await.unwrap();
    let of_lock: i32 = lock.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);
    let busy = connect(&named(place.url(), "import")).await;
    busy.batch_execute(&format!("BEGIN; SELECT nextval('{}.positions')", place.schema())).await.unwrap();
    let waiting = tokio::spawn(async move {
        busy.batch_execute(&format!("SELECT pg_advisory_lock(71, {of_lock}); COMMIT")).await
    });
    let mut idle = store.pool().begin().await.unwrap();
    append_in(&store, &mut idle, small("a")).await;
    store.append_one(small("b")).await.unwrap();
    let find = async || {
        let mut found: Vec<_> = store
            .health()
            .holders
            .into_iter()
            .map(|holder| (holder.application.unwrap_or_default(), holder.state.unwrap_or_default()))
            .collect();
        found.sort();
        found
    };
    let expected = [("import", "active"), (place.schema(), "idle in transaction")]
        .map(|(name, state)| (name.to_owned(), state.to_owned()));
    until("both to be named", async || find().await == expected).await;
    lock.batch_execute("SELECT pg_advisory_unlock(71, pg_backend_pid())").await.unwrap();
    waiting.await.unwrap().unwrap();
    until("one to be named", async || find().await == expected[1..]).await;
    idle.rollback().await.unwrap();
    until("nobody to be named", async || find().await.is_empty()).await;
    until("the hole to be passed", async || store.health().mark.get() == 3).await;
    assert!(store.health().is_healthy);
}

/// Without the right to see it, the store knows for how long readers have waited, and takes nobody for slow before.
#[tokio::test]
async fn also_where_what_others_do_is_not_to_be_seen() {
    let place = Place::new().await;
    let other = place.open().await;
    let role = Role::new(&place).await;
    role.run(GRANTS).await;
    let store = role.open().await;
    let mut late = other.pool().begin().await.unwrap();
    append_in(&other, &mut late, small("a")).await;
    store.append_one(small("b")).await.unwrap();
    assert_eq!(positions(&store).await, [0; 0]);
    let health = store.health();
    let [holder] = &health.holders[..] else { panic!("{health:?}") };
    assert!(holder.pid.is_some() && holder.age.is_none() && holder.state.is_none(), "{health:?}");
    assert!(health.held.unwrap() >= LONG || health.is_healthy, "{health:?}");
    until("health to find that it takes long", async || !store.health().is_healthy).await;
    let health = store.health();
    assert!(health.failure.is_none() && health.held.unwrap() >= LONG, "{health:?}");

    late.commit().await.unwrap();
    assert_eq!(positions(&store).await, [1, 2]);
    until("the next look", async || store.health().mark.get() == 2).await;
    let health = store.health();
    assert!(health.is_healthy && health.held.is_none(), "{health:?}");
    drop(store);
    role.drop().await;
}

/// A transaction that was begun long ago holds nobody up before it appends.
#[tokio::test]
async fn from_when_readers_wait_and_not_from_when_a_transaction_began() {
    let place = Place::new().await;
    let store = place.open().await;
    let mut late = store.pool().begin().await.unwrap();
    sqlx::query("SELECT pg_sleep(5.5)").execute(&mut *late).await.unwrap();
    append_in(&store, &mut late, small("a")).await;
    store.append_one(small("b")).await.unwrap();
    assert_eq!(positions(&store).await, [0; 0]);
    let health = store.health();
    assert!(health.holders[0].age.unwrap() >= LONG, "{health:?}");
    assert!(health.held.unwrap() >= LONG || health.is_healthy, "{health:?}");
    late.commit().await.unwrap();
}
