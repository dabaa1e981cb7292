#![cfg(unix)]
//! The disk is full when a commit is written. Nobody may be told that it succeeded, nor that it failed.

use crate::{
    child::{self, Process},
    place::{Hold, Owner, Place, event, log, run, small, stream},
};
use factum_core::{
    Append, AppendError, EventAppender, EventId, EventReader, ExpectedVersion, Position,
    checkpoint::AdvanceError,
    sink::{CommitError, Sink},
};
use factum_store_sqlite::{SqliteStore, SqliteWork};
use std::path::Path;

/// So many blocks are enough to open a store, and not for [`big`].
const BLOCKS: u32 = 1_024;

fn big(key: &str) -> Append {
    Append::new([event(key, "x".repeat(1 << 20))])
}

async fn present(store: &SqliteStore, ids: &[EventId]) -> Vec<Option<Position>> {
    store.find(ids).await.unwrap()
}

#[tokio::test]
async fn neither_to_appends_nor_to_read_models() {
    if let Some(path) = child::is_child() {
        return with_a_full_disk(&path).await;
    }
    let place = Place::new();
    // The tables are made where there is room, so that only what follows can fail.
    run(&place.open().await, "CREATE TABLE done (it TEXT)").await;
    let name = "an_unknown_commit_is_never_told_as_known::neither_to_appends_nor_to_read_models";
    let process = Process::with_full_disk(name, &place.path(), BLOCKS);
    assert_eq!(process.rest(), ["done"]);
    let keys: Vec<_> = log(&place.open().await).await.iter().map(|e| e.stream.key().to_owned()).collect();
    assert_eq!(keys, ["before", "after", "after"]);
}

async fn with_a_full_disk(path: &Path) {
    let store = SqliteStore::open(path).await.unwrap();
    store.append_one(small("before")).await.unwrap();
    let owner = Owner::of(&store, "balances").await;

    let (unknown, empty) = (big("unknown"), Append::new([]));
    let twin = Append::new([event("twin", "{}").with_id(unknown.events[0].id)]);
    let late = small("unknown").expect(stream("unknown"), ExpectedVersion::NoStream);
    let known = small("before").expect(stream("before"), ExpectedVersion::NoStream);
    let ids = [unknown.events[0].id, late.events[0].id, known.events[0].id];

    let hold = Hold::of(&store).await;
    let insert = SqliteWork::new(|connection| Ok(connection.execute_batch("INSERT INTO done VALUES ('x')")?));
    let (outcomes, committed, ()) = tokio::join!(
        biased;
        store.append(vec![unknown, empty, twin, late, known]),
        store.commit(insert, owner.to(7)),
        hold.release(),
    );
    let [unknown, empty, twin, late, known] = outcomes.try_into().unwrap();
    match unknown {
        Err(AppendError::OutcomeUnknown(unknown)) => assert_eq!(unknown.events(), &ids[..1]),
        other => panic!("{other:?}"),
    }
    assert!(empty.unwrap().is_empty());
    // Both were refused on account of an event that may never have been: that it is in the log already, nobody can say.
    assert!(matches!(twin, Err(AppendError::Store(_))), "{twin:?}");
    assert!(matches!(late, Err(AppendError::Store(_))), "{late:?}");
    // To try again is right after either.
    assert!(matches!(known, Err(AppendError::Conflict(_) | AppendError::Store(_))), "{known:?}");
    assert!(matches!(committed, Err(CommitError::Advance(AdvanceError::Store(_)))), "{committed:?}");

    assert_eq!(present(&store, &ids).await, [None; 3]);
    assert_eq!(owner.position(&store).await, 0);

    // Once there is room again, the store goes on with what is really there.
    let connection = factum_store_sqlite::rusqlite::Connection::open(path).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    for version in [1, 2] {
        let receipt = store.append_one(small("after")).await.unwrap();
        assert_eq!(receipt.position().get(), version + 1);
        assert_eq!(receipt.version_of(&stream("after")).unwrap().get(), version);
    }
    child::say("done");
}
