use crate::{
    child::{self, Process},
    place::{Place, event, log, small, stream},
};
use factum_core::{
    Append, AppendError, EventReader, ExpectedVersion,
    store::{EventAppender, EventReaderExt},
};
use factum_store_sqlite::SqliteStore;
use std::{path::Path, time::Duration};

/// As often as it takes, one event to a stream that the other process writes to as well.
async fn insist(store: &SqliteStore, writer: &str, times: u64) -> u64 {
    let mut conflicts = 0;
    for n in 0..times {
        loop {
            let version = store.stream_version(stream("shared")).await.unwrap();
            let append = Append::new([event("shared", format!("{writer} {n}"))]);
            match store.append_one(append.expect(stream("shared"), ExpectedVersion::Exact(version))).await {
                Ok(receipt) => break assert_eq!(receipt.version_of(&stream("shared")), Some(version.next())),
                Err(AppendError::Conflict(_)) => conflicts += 1,
                Err(error) => panic!("{error:?}"),
            }
        }
    }
    conflicts
}

#[tokio::test]
async fn and_their_conflicts_are_found() {
    const TIMES: u64 = 150;
    if let Some(path) = child::is_child() {
        let store = SqliteStore::open(path).await.unwrap();
        child::say("ready");
        child::hear();
        let conflicts = insist(&store, "child", TIMES).await;
        return child::say(&conflicts.to_string());
    }
    let place = Place::new();
    let store = place.open().await;
    let name = "two_processes_share_one_log::and_their_conflicts_are_found";
    let mut process = Process::start(name, &place.path());
    assert_eq!(process.next().as_deref(), Some("ready"));
    process.tell();
    let mine = insist(&store, "parent", TIMES).await;
    println!("conflicts: {mine} here, {:?} there", process.rest());

    let log = log(&store).await;
    let versions: Vec<_> = log.iter().map(|event| event.version.get()).collect();
    assert_eq!(versions, (1..=2 * TIMES).collect::<Vec<_>>());
    for writer in ["parent", "child"] {
        let of_writer = log.iter().filter(|event| event.payload.starts_with(writer.as_bytes()));
        let payloads: Vec<_> = of_writer.map(|event| event.payload.clone()).collect();
        assert_eq!(payloads, (0..TIMES).map(|n| format!("{writer} {n}")).collect::<Vec<_>>());
    }
}

/// Neither knows the other's streams and types yet, and each remembers the numbers that it has met.
#[tokio::test]
async fn and_each_learns_what_the_other_has_named() {
    let place = Place::new();
    let (one, two) = (place.open().await, place.open().await);
    assert_eq!(one.log_id(), two.log_id());
    for n in 0..20 {
        let (writer, other) = if n % 2 == 0 { (&one, &two) } else { (&two, &one) };
        let key = (n / 4).to_string();
        let receipt = writer.append_one(small(&key)).await.unwrap();
        assert_eq!(receipt.position().get(), n + 1);
        assert_eq!(other.head().await.unwrap(), receipt.position());
        let last = log(other).await.pop().unwrap();
        assert_eq!((last.stream, last.version.get()), (stream(&key), n % 4 + 1));
    }
}

#[tokio::test]
async fn and_wake_each_other() {
    if let Some(path) = child::is_child() {
        let store = SqliteStore::open(path).await.unwrap();
        child::say("ready");
        for _ in 0..5 {
            child::hear();
            child::say(&store.append_one(small("a")).await.unwrap().position().to_string());
        }
        return;
    }
    let place = Place::new();
    let store = place.open().await;
    let mut watch = store.watch();
    let mut process = Process::start("two_processes_share_one_log::and_wake_each_other", &place.path());
    assert_eq!(process.next().as_deref(), Some("ready"));
    for n in 1..=5 {
        process.tell();
        let until_it_is_there = async {
            while store.head().await.unwrap().get() < n {
                assert!(watch.changed().await);
            }
        };
        tokio::time::timeout(Duration::from_secs(20), until_it_is_there).await.expect("a wake-up");
    }
    assert_eq!(process.rest(), ["1", "2", "3", "4", "5"]);
}

/// Opens a file that is not there yet, when told to.
async fn open_and_append(path: &Path) {
    child::say("ready");
    child::hear();
    let store = SqliteStore::open(path).await.unwrap();
    store.append_one(small("a")).await.unwrap();
    child::say(&store.log_id().to_string());
}

#[tokio::test]
async fn that_they_have_made_at_the_same_moment() {
    const PROCESSES: usize = 4;
    if let Some(path) = child::is_child() {
        return open_and_append(&path).await;
    }
    for _ in 0..8 {
        let place = Place::new();
        let name = "two_processes_share_one_log::that_they_have_made_at_the_same_moment";
        let mut processes: Vec<_> = (0..PROCESSES).map(|_| Process::start(name, &place.path())).collect();
        processes.iter_mut().for_each(|process| assert_eq!(process.next().as_deref(), Some("ready")));
        processes.iter_mut().for_each(Process::tell);
        let logs: Vec<_> = processes.into_iter().flat_map(Process::rest).collect();
        let store = place.open().await;
        assert_eq!(logs, vec![store.log_id().to_string(); PROCESSES]);
        assert_eq!(store.stream_version(stream("a")).await.unwrap().get(), PROCESSES as u64);
    }
}

/// The same with less between them: the threads of one process have separate connections, and are faster to begin.
#[tokio::test]
async fn or_that_many_tasks_have_made_at_the_same_moment() {
    for _ in 0..20 {
        let place = Place::new();
        let opened = futures_util::future::join_all((0..8).map(|_| SqliteStore::open(place.path()))).await;
        let stores: Vec<_> = opened.into_iter().map(|store| store.unwrap()).collect();
        assert!(stores.iter().all(|store| store.log_id() == stores[0].log_id()));
    }
}
