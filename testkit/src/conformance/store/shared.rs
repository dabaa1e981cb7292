//! A store that is open twice is one log.

use super::watch::woken_with;
use crate::conformance::{
    Fixture,
    steps::{
        append, at_once, conflict, event, history, log, read, stream, tagged, tags, versions, write, written,
    },
};
use factum_core::{
    Append, AppendCondition, AppendError, EventReader, EventStore, ExpectedVersion, Position, StreamVersion,
};
use std::sync::Arc;

async fn both<S: EventStore>(place: &impl Fixture<Store = S>) -> (S, S) {
    (place.open().await, place.open().await)
}

/// It is one log, so its id is one.
pub async fn both_are_the_same_log(place: impl Fixture<Store: EventStore>) {
    let (one, other) = both(&place).await;
    assert_eq!(one.log_id(), other.log_id());
}

/// What one has acknowledged, the other can read.
pub async fn one_reads_what_the_other_wrote(place: impl Fixture<Store: EventStore>) {
    let (one, other) = both(&place).await;
    for n in 1..=10 {
        let (writer, reader) = if n % 2 == 0 { (&one, &other) } else { (&other, &one) };
        let receipt = write(writer, [event(&stream("a"), "x")]).await;
        assert_eq!(receipt.version_of(&stream("a")), Some(StreamVersion::new(n)));
        assert_eq!(read(reader.head().await), receipt.position());
        assert_eq!(log(reader).await.len() as u64, n);
    }
    assert_eq!(log(&one).await, log(&other).await);
}

/// An expectation is held against what the other wrote.
pub async fn an_expectation_sees_what_the_other_wrote(place: impl Fixture<Store: EventStore>) {
    let (one, other) = both(&place).await;
    let a = stream("a");
    let first = || Append::new([event(&a, "x")]).expect(a.clone(), ExpectedVersion::NoStream);
    written(append(&one, first()).await);
    conflict(append(&other, first()).await);
    let second =
        Append::new([event(&a, "x")]).expect(a.clone(), ExpectedVersion::Exact(StreamVersion::FIRST));
    written(append(&other, second.clone()).await);
    conflict(append(&one, second).await);
}

/// A condition is held against what the other wrote.
pub async fn a_condition_sees_what_the_other_wrote(place: impl Fixture<Store: EventStore>) {
    let (one, other) = both(&place).await;
    let claim = |key: &str| {
        let condition = AppendCondition::new(tags(&["user:ada"]).into(), Position::START);
        Append::new([tagged(key, &["user:ada"])]).fail_if(condition)
    };
    written(append(&one, claim("a")).await);
    conflict(append(&other, claim("b")).await);
}

/// An id that one has written is taken for the other.
pub async fn an_id_is_taken_for_both(place: impl Fixture<Store: EventStore>) {
    let (one, other) = both(&place).await;
    let event = event(&stream("a"), "x");
    let id = event.id;
    let position = write(&one, [event.clone()]).await.position();
    let twice = append(&other, Append::new([event])).await;
    assert!(matches!(&twice, Err(AppendError::DuplicateEvent(found)) if *found == id), "{twice:?}");
    assert_eq!(read(other.find(&[id]).await), [Some(position)]);
}

/// The log may have grown by this process or by another.
pub async fn a_watch_wakes_for_what_the_other_wrote(place: impl Fixture<Store: EventStore>) {
    let (one, other) = both(&place).await;
    let mut watch = one.watch();
    for count in 1..=3 {
        write(&other, [event(&stream("a"), "x")]).await;
        woken_with(&one, &mut watch, count).await;
    }
}

/// Writers of both lose nothing, and no two are given one place.
pub async fn writers_of_both_lose_nothing(place: impl Fixture<Store: EventStore>) {
    let (one, other) = both(&place).await;
    let stores = [Arc::new(one), Arc::new(other)];
    at_once(8, |task| {
        let store = Arc::clone(&stores[task % 2]);
        async move {
            let a = stream("a");
            for _ in 0..10 {
                loop {
                    let version = StreamVersion::new(history(&*store, &a).await.len() as u64);
                    let next = Append::new([event(&a, "x"), event(&stream(&task.to_string()), "y")])
                        .expect(a.clone(), ExpectedVersion::Exact(version));
                    match append(&*store, next).await {
                        Ok(_) => break,
                        Err(AppendError::Conflict(_)) => {}
                        // One may be too busy for the other; then nothing was written.
                        Err(AppendError::Store(error)) if error.is_transient() => {}
                        Err(error) => panic!("expected a receipt or a conflict, not {error:?}"),
                    }
                    tokio::task::yield_now().await;
                }
            }
        }
    })
    .await;
    for store in &stores {
        assert_eq!(versions(&history(&**store, &stream("a")).await), (1..=80).collect::<Vec<_>>());
        assert_eq!(log(&**store).await.len(), 160);
    }
}
