use crate::place::{Hold, Owner, Place, keys, small};
use factum_core::{EventAppender, EventReader, sink::Sink, store::Watch};
use factum_store_sqlite::SqliteWork;
use futures_util::FutureExt;

/// What was sent is done, whether or not anybody waits for it.
#[tokio::test]
async fn with_the_future_of_an_append() {
    let place = Place::new();
    let store = place.open().await;
    let hold = Hold::of(&store).await;
    let mut sent = Box::pin(store.append_one(small("sent")));
    assert!((&mut sent).now_or_never().is_none());
    drop(sent);
    drop(store.append(vec![small("never polled")]));
    let (next, ()) = tokio::join!(biased; store.append_one(small("next")), hold.release());
    assert_eq!(next.unwrap().position().get(), 2);
    assert_eq!(keys(&store).await, ["sent", "next"]);
}

#[tokio::test]
async fn with_the_future_of_a_commit() {
    let place = Place::new();
    let store = place.open().await;
    let owner = Owner::of(&store, "balances").await;
    let hold = Hold::of(&store).await;
    let mut sent = Box::pin(store.commit(SqliteWork::new(|_| Ok(())), owner.to(7)));
    assert!((&mut sent).now_or_never().is_none());
    drop(sent);
    hold.release().await;
    store.append_one(small("next")).await.unwrap();
    assert_eq!(owner.position(&store).await, 7);
}

/// The thread that writes finishes its queue first, and tells those who wait.
#[tokio::test]
async fn with_the_last_handle() {
    let place = Place::new();
    let store = place.open().await;
    let hold = Hold::of(&store).await;
    let tasks: Vec<_> = (0..50)
        .map(|n| {
            let store = store.clone();
            let mut task = Box::pin(async move { store.append(vec![small(&n.to_string())]).await });
            // Sent before the handle goes, which the future holds no longer than it takes to send.
            assert!((&mut task).now_or_never().is_none());
            task
        })
        .collect();
    let watch = store.watch();
    drop(store);
    hold.release().await;
    for (n, outcomes) in futures_util::future::join_all(tasks).await.into_iter().enumerate() {
        assert_eq!(
            outcomes.into_iter().map(|o| o.unwrap().position().get()).collect::<Vec<_>>(),
            [n as u64 + 1]
        );
    }
    assert_eq!(keys(&place.open().await).await.len(), 50);
    ends(watch).await;
}

/// A watch says when the store is gone, which it is only once its threads have ended.
async fn ends(mut watch: Watch) {
    let ended = async { while watch.changed().await {} };
    tokio::time::timeout(std::time::Duration::from_secs(20), ended).await.expect("the store ends");
}

#[tokio::test]
async fn with_the_last_handle_nobody_waits_for_anything() {
    let place = Place::new();
    let store = place.open().await;
    let hold = Hold::of(&store).await;
    for n in 0..50 {
        let mut sent = Box::pin(store.append_one(small(&n.to_string())));
        assert!((&mut sent).now_or_never().is_none());
    }
    let watch = store.watch();
    drop(store);
    hold.release().await;
    ends(watch).await;
    assert_eq!(keys(&place.open().await).await.len(), 50);
}

/// So that it can be copied, moved or removed.
#[tokio::test]
async fn and_lets_go_of_the_file() {
    let place = Place::new();
    let store = place.open().await;
    let watch = store.watch();
    store.append_one(small("a")).await.unwrap();
    assert!(place.file("log.db-wal").exists());
    drop(store);
    assert!(!place.file("log.db-wal").exists(), "everything is in the file itself");
    drop(watch);
}
