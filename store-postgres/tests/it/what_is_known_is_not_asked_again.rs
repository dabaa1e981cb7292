//! An append that goes on from a version which its process has seen does not look for that, only whether somebody has gone on
//! already.

use crate::{
    log::{actual, event, history, small, stream, version},
    place::Place,
};
use factum_core::{Append, AppendError, EventAppender, ExpectedVersion, NewEvent, Receipt, StreamVersion};
use factum_store_postgres::PgStore;
use futures_util::future::join_all;
use std::num::NonZeroUsize;

fn at(key: &str, version: u64, events: Vec<NewEvent>) -> Append {
    Append::new(events).expect(stream(key), ExpectedVersion::Exact(StreamVersion::new(version)))
}

/// With one writer of groups, and all of these streams. Both that and what lone callers append on are connected, after which
/// nothing is forgotten any more.
async fn with(place: &Place, keys: &[String]) -> PgStore {
    let store = place.config().writers(NonZeroUsize::MIN).open().await.unwrap();
    store.append_one(small("alone")).await.unwrap();
    for outcome in together(place, &store, keys.iter().map(|key| small(key)).collect()).await {
        outcome.unwrap();
    }
    store
}

/// All at once, in groups: none is committed before all of them wait.
async fn together(place: &Place, store: &PgStore, appends: Vec<Append>) -> Vec<Result<Receipt, AppendError>> {
    let beside = place.sql().await;
    let lock =
        |what: &str| format!("SELECT pg_advisory_{what}('{}.log'::regclass::oid::bigint)", place.schema());
    beside.batch_execute(&lock("lock")).await.unwrap();
    let append = |append| {
        let store = store.clone();
        tokio::spawn(async move { store.append_one(append).await })
    };
    let outcomes: Vec<_> = appends.into_iter().map(append).collect();
    // Of one alone, and of a group.
    place.waits(2).await;
    beside.batch_execute(&lock("unlock")).await.unwrap();
    join_all(outcomes).await.into_iter().map(Result::unwrap).collect()
}

fn written(outcome: Result<Receipt, AppendError>, key: &str) -> u64 {
    outcome.unwrap().version_of(&stream(key)).unwrap().get()
}

#[tokio::test]
async fn but_that_others_have_gone_on_is_found() {
    let place = Place::new().await;
    let keys: Vec<String> = (0..60).map(|n| n.to_string()).collect();
    let (store, other) = (with(&place, &keys).await, place.open().await);
    for key in keys.iter().step_by(3) {
        other.append_one(small(key)).await.unwrap();
    }
    // Every third has been written to by another process, and every fourth comes too late anyway.
    let append = |n: usize, from: u64| {
        let events = (0..1 + n % 2).map(|_| event(&keys[n])).collect();
        at(&keys[n], if n.is_multiple_of(4) { 0 } else { from }, events)
    };
    let check = |n: usize, outcome, found: u64| match (n % 4, n % 3) {
        (0, 0) => assert_eq!(actual(outcome).get(), 2),
        (0, _) => assert_eq!(actual(outcome).get(), 1),
        (_, 0) => assert_eq!(actual(outcome).get(), found + 1),
        (..) => assert_eq!(written(outcome, &keys[n]), found + 1 + n as u64 % 2),
    };
    let outcomes = together(&place, &store, (0..60).map(|n| append(n, 1)).collect()).await;
    for (n, outcome) in outcomes.into_iter().enumerate() {
        check(n, outcome, 1);
    }
    // And one by one, of those that nobody else has written to.
    for n in (0..60).filter(|n| n % 4 != 0 && n % 3 != 0) {
        let found = version(&other, &keys[n]).await;
        check(n, store.append_one(append(n, found)).await, found);
        assert_eq!(actual(store.append_one(append(n, found)).await).get(), found + 1 + n as u64 % 2);
    }
    for key in &keys {
        let versions: Vec<u64> = history(&other, key).await.into_iter().map(|(version, _)| version).collect();
        assert_eq!(versions, (1..=versions.len() as u64).collect::<Vec<_>>(), "{key}");
    }
}

/// Beside appends to streams that are known, some that begin one, of which another process has made some.
#[tokio::test]
async fn and_what_is_not_known_to_be_there_is_made() {
    let place = Place::new().await;
    let keys: Vec<String> = (0..60).map(|n| n.to_string()).collect();
    let old: Vec<String> = keys.iter().step_by(2).cloned().collect();
    let (store, other) = (with(&place, &old).await, place.open().await);
    for key in keys.iter().step_by(3) {
        other.append_one(small(key)).await.unwrap();
    }
    let from = |n: usize| 1 - n as u64 % 2;
    let count = |n: usize| 1 + n as u64 % 4;
    let append = |n: usize| at(&keys[n], from(n), (0..count(n)).map(|_| event(&keys[n])).collect());
    let outcomes = together(&place, &store, (0..60).map(append).collect()).await;
    for (n, outcome) in outcomes.into_iter().enumerate() {
        let versions = history(&other, &keys[n]).await;
        let positions: Vec<u64> = versions.iter().map(|(_, position)| *position).collect();
        match n % 3 {
            0 => assert_eq!(actual(outcome).get(), from(n) + 1),
            _ => {
                let receipt = outcome.unwrap();
                assert_eq!(receipt.version_of(&stream(&keys[n])).unwrap().get(), from(n) + count(n));
                assert_eq!(positions.last(), Some(&receipt.position().get()));
            }
        }
        let expected = from(n) + if n % 3 == 0 { 1 } else { count(n) };
        assert_eq!(
            versions.iter().map(|(version, _)| *version).collect::<Vec<_>>(),
            (1..=expected).collect::<Vec<_>>()
        );
        assert!(positions.is_sorted());
        // And what has been made is known.
        let next = at(&keys[n], expected, vec![event(&keys[n])]);
        assert_eq!(written(store.append_one(next).await, &keys[n]), expected + 1);
    }
}

#[tokio::test]
async fn but_an_id_that_is_there_is_found() {
    let place = Place::new().await;
    let keys: Vec<String> = (0..50).map(|n| n.to_string()).collect();
    let store = with(&place, &keys).await;
    let taken = event("taken");
    store.append_one(Append::new([taken.clone()])).await.unwrap();
    let again = |key: &str| {
        let mut again = event(key);
        again.id = taken.id;
        again
    };
    let is_twice = |outcome: &Result<Receipt, AppendError>| matches!(outcome, Err(AppendError::DuplicateEvent(id)) if *id == taken.id);
    assert!(is_twice(&store.append_one(at("0", 1, vec![again("0")])).await));
    assert!(is_twice(&store.append_one(at("1", 1, vec![event("1"), again("1")])).await));
    // Only one, since two with one id take turns.
    for begins in [false, true] {
        let is_new = |n: usize| begins && n % 2 == 1;
        let key = |n: usize| if is_new(n) { format!("new {n}") } else { n.to_string() };
        // In the second round, all but the one that the first has refused have gone on.
        let from = |n: usize| match (begins, is_new(n)) {
            (_, true) => 0,
            (true, _) if n != 30 => 2,
            _ => 1,
        };
        let refused = if begins { 31 } else { 30 };
        let append = |n: usize| {
            let twice = if n == refused { vec![again(&key(n))] } else { vec![] };
            at(&key(n), from(n), [vec![event(&key(n))], twice].concat())
        };
        let outcomes = together(&place, &store, (0..50).map(append).collect()).await;
        for (n, outcome) in outcomes.into_iter().enumerate() {
            if n == refused {
                assert!(is_twice(&outcome), "{outcome:?}");
            } else {
                assert_eq!(written(outcome, &key(n)), from(n) + 1);
            }
        }
    }
    // Nor is there a stream without events.
    let made = "SELECT count(*) FROM streams WHERE key = 'new 31'";
    assert_eq!(place.sql().await.query_one(made, &[]).await.unwrap().get::<_, i64>(0), 0);
}
