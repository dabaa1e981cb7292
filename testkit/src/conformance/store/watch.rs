//! Watches wake readers when the log has grown.

use crate::conformance::{
    Fixture,
    steps::{append, event, log_by, stream, write},
};
use factum_core::{
    Append, EventAppender, EventReader, EventStore, ExpectedVersion, Query,
    store::{ReadLog, Watch},
};
use std::{sync::Arc, time::Duration};
use tokio::{sync::oneshot, time::timeout};

/// How long a wake-up may take. It is for stores that never wake anybody.
const PATIENCE: Duration = Duration::from_secs(10);

/// Waits until the watch has woken its reader and there are `count` events; other wake-ups are allowed.
pub(super) async fn woken_with(store: &impl EventStore, watch: &mut Watch, count: usize) {
    let woken = async {
        loop {
            assert!(watch.changed().await, "the watch ended although the store is open");
            let found = log_by(store, ReadLog::new(Query::all())).await.len();
            if found >= count {
                return;
            }
        }
    };
    let in_time = timeout(PATIENCE, woken).await;
    assert!(in_time.is_ok(), "nobody was woken within {} seconds of append {count}", PATIENCE.as_secs());
}

/// Make the watch before reading, so that nothing can be missed in between.
pub async fn a_watch_wakes_for_what_came_before_it_was_asked(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let mut watch = store.watch();
    write(&store, [event(&stream("a"), "x")]).await;
    woken_with(&store, &mut watch, 1).await;
}

/// Whoever waits already is woken.
pub async fn a_watch_wakes_whoever_is_waiting(place: impl Fixture<Store: EventStore>) {
    let store = Arc::new(place.open().await);
    let (waits, waiting) = oneshot::channel();
    let waiter = tokio::spawn({
        let store = Arc::clone(&store);
        async move {
            let mut watch = store.watch();
            waits.send(()).expect("the test waits");
            woken_with(&*store, &mut watch, 1).await;
        }
    });
    waiting.await.expect("the task runs");
    write(&store, [event(&stream("a"), "x")]).await;
    if let Err(error) = waiter.await {
        std::panic::resume_unwind(error.into_panic());
    }
}

/// One after the other.
pub async fn a_watch_wakes_for_every_append(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let mut watch = store.watch();
    for count in 1..=20 {
        write(&store, [event(&stream("a"), "x")]).await;
        woken_with(&store, &mut watch, count).await;
    }
}

/// A wake-up takes nothing from others.
pub async fn all_watches_wake(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let mut watches: Vec<_> = (0..5).map(|_| store.watch()).collect();
    watches.push(watches[0].clone());
    write(&store, [event(&stream("a"), "x")]).await;
    for watch in &mut watches {
        woken_with(&store, watch, 1).await;
    }
}

/// One append of a call is enough, and a failing one beside it is no reason not to wake.
pub async fn a_watch_wakes_for_a_call_that_fails_in_part(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let a = stream("a");
    let unmet = || Append::new([event(&a, "x")]).expect(a.clone(), ExpectedVersion::StreamExists);
    let mut watch = store.watch();
    assert!(append(&store, unmet()).await.is_err());
    let outcomes = store.append(vec![unmet(), Append::new([event(&stream("b"), "y")]), unmet()]).await;
    assert!(outcomes[1].is_ok(), "{outcomes:?}");
    woken_with(&store, &mut watch, 1).await;
}

/// It returns `false` once the store is closed, so that nobody waits for ever.
pub async fn a_watch_ends_with_its_store(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let mut watch = store.watch();
    write(&store, [event(&stream("a"), "x")]).await;
    drop(store);
    let ended = timeout(PATIENCE, async { while watch.changed().await {} }).await;
    assert!(ended.is_ok(), "the watch goes on {} seconds after the store was dropped", PATIENCE.as_secs());
}
