//! Keys that are received inside work are there when it is committed, with what else it does.

use crate::place::{Owner, Place};
use factum_core::{ConsumerName, InboxStore, MessageKey, sink::Sink};
use factum_store_sqlite::{SqliteStore, SqliteWork, rusqlite::Connection};

fn billing() -> ConsumerName {
    ConsumerName::new("billing").unwrap()
}

fn messages(keys: &[&str]) -> Vec<MessageKey> {
    keys.iter().map(|key| MessageKey::new(key).unwrap()).collect()
}

fn receive_in(connection: &Connection, keys: &[&str]) -> Vec<bool> {
    SqliteStore::receive_in(connection, &billing(), &messages(keys)).unwrap()
}

/// How often a message has had its effect.
async fn effects(store: &SqliteStore) -> i64 {
    store
        .read(|connection| connection.query_row("SELECT count(*) FROM done", [], |row| row.get(0)))
        .await
        .unwrap()
}

async fn with_table(place: &Place) -> SqliteStore {
    let store = place.open().await;
    store.write(|connection| Ok(connection.execute_batch("CREATE TABLE done (it TEXT)")?)).await.unwrap();
    store
}

#[tokio::test]
async fn or_neither() {
    let place = Place::new();
    let store = with_table(&place).await;
    for (fails, expected) in [(true, [true, true]), (false, [true, true]), (false, [false, false])] {
        let written = store.write(move |connection| {
            let is_new = receive_in(connection, &["b", "a"]);
            assert_eq!(is_new, expected);
            assert_eq!(receive_in(connection, &["a", "b"]), [false, false]);
            if is_new[0] {
                connection.execute("INSERT INTO done VALUES ('b')", [])?;
            }
            if fails { Err("it was not to be".into()) } else { Ok(is_new) }
        });
        match written.await {
            Ok(is_new) => assert_eq!(is_new, expected),
            Err(error) => assert!(fails && error.to_string() == "it was not to be", "{error}"),
        }
        assert_eq!(effects(&store).await, i64::from(!fails));
    }
    assert_eq!(store.receive(&billing(), &messages(&["a", "c"])).await.unwrap(), [false, true]);
}

/// Also in the work of a projection, beside its checkpoint.
#[tokio::test]
async fn in_a_sink_too() {
    let place = Place::new();
    let store = with_table(&place).await;
    let owner = Owner::of(&store, "billing").await;
    for position in [1, 2] {
        let work = SqliteWork::new(|connection| {
            if receive_in(connection, &["a"])[0] {
                connection.execute("INSERT INTO done VALUES ('a')", [])?;
            }
            Ok(())
        });
        store.commit(work, owner.to(position)).await.unwrap();
        assert_eq!((effects(&store).await, owner.position(&store).await), (1, position));
    }
}
