use crate::stores::{Store, append, conflict, event, log, names, on_every_store, read, stream};
use factum::{
    Append, AppendError, Conflict, ExpectedVersion, StreamVersion,
    store::{EventAppenderExt, EventReaderExt},
};
use std::{collections::HashSet, sync::Arc};
use tokio::sync::Barrier;

on_every_store! {
    every_expectation_is_checked,
    it_says_what_was_expected_and_what_is,
    each_append_of_a_call_has_its_own_outcome,
    a_later_append_of_a_call_sees_the_earlier_one,
    it_burns_no_position,
    of_twenty_parallel_writers_one_wins_each_round,
    many_tasks_lose_nothing,
}

async fn every_expectation_is_checked(store: impl Store) {
    use ExpectedVersion::{Any, Exact, NoStream, StreamExists};
    let one = StreamVersion::FIRST;
    let (empty, written) = (stream("empty"), stream("written"));
    append(&store, &written, "1").await;
    for (stream, expected, met) in [
        (&empty, Any, true),
        (&empty, NoStream, true),
        (&empty, StreamExists, false),
        (&empty, Exact(one), false),
        (&empty, Exact(StreamVersion::EMPTY), true),
        (&written, Any, true),
        (&written, NoStream, false),
        (&written, StreamExists, true),
        (&written, Exact(one), true),
        (&written, Exact(one.next()), false),
        (&written, Exact(StreamVersion::EMPTY), false),
    ] {
        // Written elsewhere, so that the streams stay as they are.
        let append =
            Append::new([event(&crate::stores::stream("elsewhere"), "x")]).expect(stream.clone(), expected);
        assert_eq!(store.append_one(append).await.is_ok(), met, "{stream} expecting {expected}");
    }
}

async fn it_says_what_was_expected_and_what_is(store: impl Store) {
    let a = stream("a");
    append(&store, &a, "1").await;
    let late = Append::new([event(&a, "2")]).expect(a.clone(), ExpectedVersion::NoStream);
    let conflict = conflict(store.append_one(late).await);
    assert_eq!(conflict, Conflict::version(a, ExpectedVersion::NoStream, StreamVersion::FIRST));
    assert_eq!(conflict.to_string(), "stream account-a is at version 1, expected no stream");
}

async fn each_append_of_a_call_has_its_own_outcome(store: impl Store) {
    let new = |key: &str, expected| Append::new([event(&stream(key), key)]).expect(stream(key), expected);
    let outcomes = store
        .append(vec![
            new("a", ExpectedVersion::NoStream),
            new("b", ExpectedVersion::StreamExists),
            Append::new([event(&stream("c"), "c"), event(&stream("c"), "d")]),
        ])
        .await;
    assert!(matches!(outcomes.as_slice(), [Ok(_), Err(AppendError::Conflict(_)), Ok(_)]), "{outcomes:?}");
    assert_eq!(names(&log(&store).await), ["a", "c", "d"]);
}

async fn a_later_append_of_a_call_sees_the_earlier_one(store: impl Store) {
    let a = stream("a");
    let at = |version| {
        Append::new([event(&a, "x")]).expect(a.clone(), ExpectedVersion::Exact(StreamVersion::new(version)))
    };
    let outcomes = store.append(vec![at(0), at(1), at(1), at(2)]).await;
    let ok: Vec<_> = outcomes.iter().map(Result::is_ok).collect();
    assert_eq!(ok, [true, true, false, true]);
    assert_eq!(store.stream_version(a).await.unwrap(), StreamVersion::new(3));
}

async fn it_burns_no_position(store: impl Store) {
    let a = stream("a");
    append(&store, &a, "1").await;
    for _ in 0..5 {
        let late = Append::new([event(&a, "x")]).expect(a.clone(), ExpectedVersion::NoStream);
        conflict(store.append_one(late).await);
    }
    assert_eq!(append(&store, &a, "2").await.position().get(), 2);
}

async fn of_twenty_parallel_writers_one_wins_each_round(store: impl Store) {
    let a = stream("a");
    for round in 0..10 {
        let version = store.stream_version(a.clone()).await.unwrap();
        let start = Arc::new(Barrier::new(20));
        let writers: Vec<_> = (0..20)
            .map(|_| {
                let (store, start) = (store.clone(), Arc::clone(&start));
                let append = Append::new([event(&a, "x")]).expect(a.clone(), ExpectedVersion::Exact(version));
                tokio::spawn(async move {
                    start.wait().await;
                    store.append_one(append).await.is_ok()
                })
            })
            .collect();
        let mut won = 0;
        for writer in writers {
            won += u32::from(writer.await.unwrap());
        }
        assert_eq!(won, 1, "round {round}");
    }
    assert_eq!(read(&store, &a).await.len(), 10);
}

async fn many_tasks_lose_nothing(store: impl Store) {
    let tasks: Vec<_> = (0..32)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                for n in 0..50 {
                    // Half of the streams are this task's own, half are shared with others.
                    let key = if n % 2 == 0 { format!("own-{task}") } else { format!("shared-{}", n % 5) };
                    let receipt = append(&store, &stream(&key), "x").await;
                    mine.push((receipt.position(), stream(&key), receipt.written[0].version));
                }
                mine
            })
        })
        .collect();
    let mut acknowledged = HashSet::new();
    for task in tasks {
        for written in task.await.unwrap() {
            assert!(acknowledged.insert(written), "two appends were given the same place");
        }
    }
    let log = log(&store).await;
    let stored: HashSet<_> = log.iter().map(|e| (e.position, e.stream.clone(), e.version)).collect();
    assert_eq!(stored, acknowledged);
    assert!(log.iter().zip(1..).all(|(event, position)| event.position.get() == position));
    for shared in (0..5).map(|n| stream(&format!("shared-{n}"))) {
        let events = read(&store, &shared).await;
        assert!(events.iter().zip(1..).all(|(event, version)| event.version.get() == version));
    }
}
