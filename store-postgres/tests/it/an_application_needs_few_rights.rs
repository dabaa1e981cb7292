//! A role that has been granted what `sql/roles.sql` says and nothing more.

use crate::{
    log::{append_in, positions, small, stream, tag, tagged},
    place::{Place, until},
    read_model,
    role::{GRANTS, Role},
};
use chrono::TimeDelta;
use factum_core::{
    AppendCondition, CheckpointKey, CheckpointStore, ConsumerName, EventAppender, EventReader, InboxStore,
    MessageKey, Position, Query, QueryItem, Snapshot, SnapshotStore, StreamVersion,
    checkpoint::Advance,
    sink::{DocumentSink as _, GenerationStore, Removal},
    store::{EventReaderExt, ListStreams},
};
use factum_store_postgres::PgStore;
use tokio_postgres::error::SqlState;

/// Everything that an application does with a log.
async fn use_it(role: &Role<'_>) {
    let store = role.open().await;
    store.append_one(tagged("a", "x")).await.unwrap();
    store.append_one(small("a")).await.unwrap();
    let many = factum_core::Append::new((0..300).map(|_| crate::log::event("b").with_tags([tag("y")])));
    store.append_one(many).await.unwrap();
    let condition = AppendCondition::new(Query::from(QueryItem::tags([tag("z")])), Position::START);
    store.append_one(tagged("c", "z").fail_if(condition)).await.unwrap();
    let mut aborted = store.pool().begin().await.unwrap();
    append_in(&store, &mut aborted, small("d")).await;
    let last = store.append_one(small("a")).await.unwrap();
    assert_eq!(positions(&store).await.len(), 303);
    aborted.rollback().await.unwrap();
    assert_eq!(positions(&store).await.len(), 304);
    assert_eq!(store.stream_version(stream("a")).await.unwrap().get(), 3);
    assert_eq!(store.streams(ListStreams::all()).await.unwrap().len(), 3);

    let key = CheckpointKey::new(ConsumerName::new("totals").unwrap(), store.log_id());
    let epoch = store.claim(&key).await.unwrap().epoch;
    store.advance(Advance::new(key.clone(), epoch, Position::new(1))).await.unwrap();
    assert_eq!(store.checkpoint(&key).await.unwrap().unwrap().position.get(), 1);
    store.reset(&key).await.unwrap();
    store.save_snapshot(Snapshot::new(stream("a"), StreamVersion::new(1), 1, "{}")).await.unwrap();
    store.save_snapshot(Snapshot::new(stream("a"), StreamVersion::new(2), 1, "{}")).await.unwrap();
    assert!(store.load_snapshot(&stream("a"), 1).await.unwrap().is_some());
    store.delete_snapshots(&stream("a")).await.unwrap();
    use_generations(&store, &key).await;
    let message = [MessageKey::new("a").unwrap()];
    assert_eq!(store.receive(&key.consumer, &message).await.unwrap(), [true]);
    let at = store.received(&key.consumer, &message).await.unwrap()[0].unwrap();
    assert_eq!(store.forget(&key.consumer, at + TimeDelta::seconds(1)).await.unwrap(), 1);

    // Also the mark is published, for which nobody waits.
    let sql = role.place().sql().await;
    until("the mark to be published", async || {
        store.append_one(small("a")).await.unwrap();
        let mark: i64 = sql.query_one("SELECT position FROM mark", &[]).await.unwrap().get(0);
        mark as u64 >= last.position().get()
    })
    .await;
    assert!(store.health().is_healthy, "{:?}", store.health());
}

/// That of a read model that is no view's, whose documents would be a table to drop.
async fn use_generations(store: &PgStore, key: &CheckpointKey) {
    let name = key.consumer.generation(1).unwrap();
    assert_eq!(store.rebuild(&key.consumer, true).await.unwrap(), 1);
    let of_new = CheckpointKey::new(name.clone(), key.log);
    store.claim(&of_new).await.unwrap();
    let failed = store.repair(&name, key.log, "a").await.unwrap();
    store.repaired(&name, key.log, failed, Some("no")).await.unwrap();
    let done = store.repair(&name, key.log, "b").await.unwrap();
    store.repaired(&name, key.log, done, None).await.unwrap();
    assert_eq!(store.repairs(&name, key.log, None).await.unwrap().len(), 1);
    store.abandon(&key.consumer).await.unwrap();
    assert_eq!(store.remove_generation(&key.consumer, 1).await.unwrap(), Removal::Removed);
    assert_eq!(store.repairs(&name, key.log, None).await.unwrap(), []);
    assert_eq!(store.checkpoint(&of_new).await.unwrap(), None);
}

#[tokio::test]
async fn to_append_to_read_and_to_keep_checkpoints() {
    let place = Place::new().await;
    drop(place.open().await);
    let role = Role::new(&place).await;
    role.run(GRANTS).await;
    use_it(&role).await;
    role.drop().await;
}

/// What its appends change too: besides the table of the read model, which whoever made it has to give, it needs nothing more.
#[tokio::test]
async fn to_change_read_models_in_its_appends() {
    let place = Place::new().await;
    place.open().await.prepare(&read_model::collection()).await.unwrap();
    let role = Role::new(&place).await;
    role.run(GRANTS).await;
    role.run("GRANT SELECT, INSERT, UPDATE, DELETE ON factum.view_places_v1 TO application").await;
    let store = role.open().await;
    let places = read_model::places(&store).await;
    store.append_one(tagged("a", "x")).await.unwrap();
    let mut aborted = store.pool().begin().await.unwrap();
    append_in(&store, &mut aborted, small("d")).await;
    aborted.rollback().await.unwrap();
    // Past the hole, too.
    let last = store.append_one(small("a")).await.unwrap().position().get();
    assert_eq!(read_model::reached(&store).await, last);
    assert_eq!(read_model::documents(&store).await, read_model::expected(&store).await);
    drop((store, places));
    role.drop().await;
}

#[tokio::test]
async fn and_none_to_change_or_remove_anything() {
    let place = Place::new().await;
    place.open().await.append_one(tagged("a", "x")).await.unwrap();
    let role = Role::new(&place).await;
    role.run(GRANTS).await;
    let sql = crate::place::connect(&role.url()).await;
    sql.batch_execute(&format!("SET search_path = {}", place.schema())).await.unwrap();
    let mut changes = vec![
        "CREATE TABLE mine (n int)".to_owned(),
        "UPDATE log SET schema_version = 2".to_owned(),
        "SELECT setval('positions', 1)".to_owned(),
        "ALTER TABLE events DISABLE TRIGGER ALL".to_owned(),
        "SET session_replication_role = replica".to_owned(),
        "DELETE FROM mark".to_owned(),
        "INSERT INTO mark (one, position) VALUES (false, 1)".to_owned(),
        "DELETE FROM generations".to_owned(),
    ];
    for table in ["events", "event_tags", "event_types", "streams"] {
        for change in ["DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}", "ALTER TABLE {} RENAME TO other"] {
            changes.push(change.replace("{}", table));
        }
    }
    for column in [
        "events SET payload = 'x'",
        "event_tags SET tag = 'x'",
        "event_types SET name = 'x'",
        "streams SET key = 'x'",
    ] {
        changes.push(format!("UPDATE {column}"));
    }
    for change in changes {
        let error = sql.batch_execute(&change).await.expect_err(&change);
        assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{change}: {error}");
    }
    role.drop().await;
}

/// Each of them is needed: without it, something is refused.
#[tokio::test]
async fn and_none_that_it_could_do_without() {
    let place = Place::new().await;
    drop(place.open().await);
    let role = Role::new(&place).await;
    role.run(GRANTS).await;
    let sql = place.sql().await;
    // What is granted on each table, as the server has taken it down.
    let granted = "SELECT privilege_type || ' ON ' || c.relname, c.relname
        FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
        WHERE c.relnamespace = $1::text::regnamespace AND r.rolname = $2 ORDER BY 1";
    let granted: Vec<String> = sql
        .query(granted, &[&place.schema(), &role.name()])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    let expected = [
        "DELETE ON checkpoints",
        "DELETE ON groups",
        "DELETE ON inbox",
        "DELETE ON members",
        "DELETE ON quarantine",
        "DELETE ON repairs",
        "DELETE ON snapshots",
        "INSERT ON checkpoints",
        "INSERT ON event_tags",
        "INSERT ON event_types",
        "INSERT ON events",
        "INSERT ON generations",
        "INSERT ON groups",
        "INSERT ON inbox",
        "INSERT ON members",
        "INSERT ON quarantine",
        "INSERT ON repairs",
        "INSERT ON snapshots",
        "INSERT ON streams",
        "SELECT ON checkpoints",
        "SELECT ON event_tags",
        "SELECT ON event_types",
        "SELECT ON events",
        "SELECT ON generations",
        "SELECT ON groups",
        "SELECT ON inbox",
        "SELECT ON log",
        "SELECT ON mark",
        "SELECT ON members",
        "SELECT ON quarantine",
        "SELECT ON repairs",
        "SELECT ON snapshots",
        "SELECT ON streams",
        "UPDATE ON checkpoints",
        "UPDATE ON generations",
        "UPDATE ON members",
        "UPDATE ON quarantine",
        "UPDATE ON repairs",
        "UPDATE ON snapshots",
        "USAGE ON positions",
        "USAGE ON stream_numbers",
    ];
    assert_eq!(granted, expected);
    for right in [
        "INSERT ON events",
        "INSERT ON event_tags",
        "SELECT ON streams",
        "USAGE ON positions",
        "USAGE ON stream_numbers",
        "SELECT ON mark",
    ] {
        let (kind, table) = right.split_once(" ON ").unwrap();
        let on = if kind == "USAGE" { "SEQUENCE " } else { "" };
        sql.batch_execute(&format!("REVOKE {kind} ON {on}{table} FROM {}", role.name())).await.unwrap();
        let opened = place.config_at(&role.url()).migrate(false).open().await;
        let refused = match opened {
            Ok(store) => store.append_one(tagged(table, "x")).await.is_err(),
            Err(_) => true,
        };
        assert!(refused, "{right}");
        sql.batch_execute(&format!("GRANT {kind} ON {on}{table} TO {}", role.name())).await.unwrap();
    }
    let store = role.open().await;
    store.append_one(tagged("a", "x")).await.unwrap();
    drop(store);
    role.drop().await;
}
