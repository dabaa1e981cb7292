//! Work and the move of the checkpoint are one transaction.

use super::{Owner, all, balances, collection, delete, done, prepared, put};
use crate::conformance::{
    Fixture,
    steps::{at_once, event_type, stream},
};
use factum_core::{
    CheckpointKey, CheckpointStore, LogId, Position,
    checkpoint::{Advance, AdvanceError, Checkpoint, Epoch},
    quarantine::{self, Failure, Lane, ListParked, Parked},
    sink::{Change, Collection, CommitError, DocumentReader, DocumentSink},
};

async fn checkpoint(sink: &impl DocumentSink, key: &CheckpointKey) -> Option<Checkpoint> {
    done(sink.checkpoint(key).await)
}

fn lane(key: &str) -> Lane {
    Lane::Document(key.to_owned())
}

fn park(key: &str, position: u64) -> quarantine::Change {
    let (stream, event_type) = (stream("7"), event_type("Opened"));
    let position = Position::new(position);
    quarantine::Change::Park { lane: lane(key), position, stream, event_type, failure: None }
}

fn release(key: &str, position: u64) -> quarantine::Change {
    quarantine::Change::Release { lane: lane(key), position: Position::new(position) }
}

async fn parked(sink: &impl DocumentSink, key: &CheckpointKey) -> Vec<Parked> {
    done(sink.parked(ListParked::new(key.consumer.clone(), key.log)).await)
}

/// Commits what changes of documents and in quarantine.
async fn commit(
    sink: &impl DocumentSink,
    owner: &Owner,
    collection: &Collection,
    changes: Vec<Change>,
    quarantined: Vec<quarantine::Change>,
    to: u64,
) -> Result<(), CommitError> {
    let advance = Advance::new(owner.key.clone(), owner.epoch, Position::new(to)).quarantine(quarantined);
    sink.commit(sink.changes(collection, changes), advance).await
}

/// After a commit, both are there.
pub async fn work_and_checkpoint_are_committed_together(place: impl Fixture<Store: DocumentSink>) {
    let (sink, owner) = prepared(&place).await;
    for to in [1, 5, 9] {
        let body = to.to_string();
        let outcome = owner.try_commit(&sink, &balances(), vec![put("ada", &body)], to).await;
        assert!(outcome.is_ok(), "{outcome:?}");
        assert_eq!(all(&sink, &balances()).await, [format!("ada={to}")]);
        let moved = Checkpoint::new(Position::new(to), owner.epoch);
        assert_eq!(checkpoint(&sink, &owner.key).await, Some(moved));
    }
}

/// A batch of events may change nothing, and has been handled.
pub async fn a_checkpoint_moves_without_changes(place: impl Fixture<Store: DocumentSink>) {
    let (sink, mut owner) = prepared(&place).await;
    owner.commit(&sink, &balances(), Vec::new()).await;
    assert_eq!(checkpoint(&sink, &owner.key).await, Some(Checkpoint::new(Position::new(1), owner.epoch)));
}

/// See [`AdvanceError::Fenced`].
pub async fn a_deposed_owner_has_no_effect(place: impl Fixture<Store: DocumentSink>) {
    let (sink, mut owner) = prepared(&place).await;
    owner.commit(&sink, &balances(), vec![put("ada", "1")]).await;
    let current = done(sink.claim(&owner.key).await);
    let changes = vec![put("ada", "2"), put("bob", "2")];
    match owner.try_commit(&sink, &balances(), changes, 2).await {
        Err(CommitError::Advance(AdvanceError::Fenced { epoch, current: found, .. })) => {
            assert_eq!((epoch, found), (owner.epoch, current.epoch));
        }
        other => panic!("expected to be deposed, not {other:?}"),
    }
    assert!(owner.try_commit(&sink, &balances(), vec![delete("ada")], 9).await.is_err());
    assert_eq!(all(&sink, &balances()).await, ["ada=1"]);
    assert_eq!(checkpoint(&sink, &owner.key).await, Some(current));
}

/// See [`AdvanceError::Backward`].
pub async fn a_move_back_has_no_effect(place: impl Fixture<Store: DocumentSink>) {
    let (sink, owner) = prepared(&place).await;
    assert!(owner.try_commit(&sink, &balances(), vec![put("ada", "1")], 5).await.is_ok());
    let outcome = owner.try_commit(&sink, &balances(), vec![put("ada", "2")], 4).await;
    assert!(matches!(&outcome, Err(CommitError::Advance(AdvanceError::Backward { .. }))), "{outcome:?}");
    assert_eq!(all(&sink, &balances()).await, ["ada=1"]);
    assert_eq!(checkpoint(&sink, &owner.key).await.map(|found| found.position.get()), Some(5));
}

/// A checkpoint that was never claimed belongs to nobody.
pub async fn who_never_claimed_has_no_effect(place: impl Fixture<Store: DocumentSink>) {
    let (sink, _) = prepared(&place).await;
    let key = CheckpointKey::new("nobody".parse().expect("a name"), LogId::random());
    let nobody = Owner { key, epoch: Epoch::new(1), reached: 0 };
    let outcome = nobody.try_commit(&sink, &balances(), vec![put("ada", "1")], 1).await;
    assert!(matches!(&outcome, Err(CommitError::Advance(AdvanceError::Fenced { .. }))), "{outcome:?}");
    assert_eq!(all(&sink, &balances()).await, [""; 0]);
    assert_eq!(checkpoint(&sink, &nobody.key).await, None);
}

/// What waits is not in the documents, and what is in them does not wait.
pub async fn documents_and_quarantine_are_committed_together(place: impl Fixture<Store: DocumentSink>) {
    let (sink, mut owner) = prepared(&place).await;
    let failed = quarantine::Change::Failed {
        lane: lane("bob"),
        position: Position::new(1),
        failure: Failure::new("no", 2),
        answers: None,
    };
    let all_released = vec![release("bob", 1), release("bob", 2)];
    for (changes, quarantined, documents, waiting) in [
        (vec![put("ada", "1")], vec![park("bob", 1)], vec!["ada=1"], 1),
        (Vec::new(), vec![failed, park("bob", 2)], vec!["ada=1"], 2),
        (vec![put("bob", "2"), delete("ada")], all_released, vec!["bob=2"], 0),
        (vec![put("bob", "3")], Vec::new(), vec!["bob=3"], 0),
    ] {
        owner.reached += 1;
        let outcome = commit(&sink, &owner, &balances(), changes, quarantined, owner.reached).await;
        assert!(outcome.is_ok(), "{outcome:?}");
        assert_eq!(all(&sink, &balances()).await, documents);
        let found = parked(&sink, &owner.key).await;
        assert_eq!(found.len(), waiting, "{found:?}");
        if waiting == 2 {
            assert_eq!(found[0].failure, Some(Failure::new("no", 2)));
        }
        let moved = Checkpoint::new(Position::new(owner.reached), owner.epoch);
        assert_eq!(checkpoint(&sink, &owner.key).await, Some(moved));
    }
}

/// Whoever was deposed or would move back.
pub async fn a_refused_commit_changes_nothing_in_quarantine(place: impl Fixture<Store: DocumentSink>) {
    let (sink, owner) = prepared(&place).await;
    let outcome = commit(&sink, &owner, &balances(), vec![put("ada", "1")], vec![park("bob", 1)], 5).await;
    assert!(outcome.is_ok(), "{outcome:?}");
    let before = parked(&sink, &owner.key).await;
    assert_eq!(before.len(), 1, "{before:?}");
    let changes = || vec![put("bob", "2"), delete("ada")];
    let quarantined = || vec![park("eve", 2), release("bob", 1)];
    let outcome = commit(&sink, &owner, &balances(), changes(), quarantined(), 4).await;
    assert!(matches!(&outcome, Err(CommitError::Advance(AdvanceError::Backward { .. }))), "{outcome:?}");
    assert_eq!(parked(&sink, &owner.key).await, before);
    done(sink.claim(&owner.key).await);
    let outcome = commit(&sink, &owner, &balances(), changes(), quarantined(), 6).await;
    assert!(matches!(&outcome, Err(CommitError::Advance(AdvanceError::Fenced { .. }))), "{outcome:?}");
    assert_eq!(parked(&sink, &owner.key).await, before);
    assert_eq!(all(&sink, &balances()).await, ["ada=1"]);
}

/// There may be no room for a collection that was not prepared. A sink that has some all the same keeps everything.
pub async fn a_commit_that_fails_changes_nothing(place: impl Fixture<Store: DocumentSink>) {
    let (sink, mut owner) = prepared(&place).await;
    owner.commit(&sink, &balances(), vec![put("ada", "1")]).await;
    let before = checkpoint(&sink, &owner.key).await;
    let unprepared = collection("totals", 3);
    let outcome = commit(&sink, &owner, &unprepared, vec![put("ada", "2")], vec![park("bob", 2)], 2).await;
    done(sink.prepare(&unprepared).await);
    let found = (all(&sink, &unprepared).await.len(), parked(&sink, &owner.key).await.len());
    let moved = checkpoint(&sink, &owner.key).await;
    if outcome.is_ok() {
        let expected = Checkpoint::new(Position::new(2), owner.epoch);
        assert_eq!((found, moved), ((1, 1), Some(expected)));
    } else {
        assert_eq!((found, moved), ((0, 0), before), "{outcome:?}");
    }
    assert_eq!(all(&sink, &balances()).await, ["ada=1"]);
}

/// All changes of a commit are seen, or none.
pub async fn commits_at_once_are_whole(place: impl Fixture<Store: DocumentSink>) {
    let (sink, owner) = prepared(&place).await;
    let owners = [&sink; 6].map(|sink| Owner::of(sink, "one of six"));
    let owners = futures_util::future::join_all(owners).await;
    let owners = std::sync::Arc::new(owners);
    at_once(7, |task| {
        let (sink, owners) = (sink.clone(), std::sync::Arc::clone(&owners));
        async move {
            let keys = ["a", "b", "c", "d"];
            // One reads while the others write.
            let Some(owner) = owners.get(task) else {
                for _ in 0..50 {
                    let found = done(sink.scan(&balances(), None, 10).await);
                    let whole = found.windows(2).all(|pair| pair[0].body == pair[1].body);
                    assert!(whole && [0, 4].contains(&found.len()), "changes of several commits: {found:?}");
                }
                return;
            };
            for n in 1..=10 {
                let body = format!("{task}/{n}");
                let changes = keys.map(|key| put(key, &body)).into();
                let outcome = owner.try_commit(&sink, &balances(), changes, n).await;
                assert!(outcome.is_ok(), "{outcome:?}");
            }
        }
    })
    .await;
    assert_eq!(all(&sink, &balances()).await.len(), 4);
    assert_eq!(checkpoint(&sink, &owner.key).await.map(|found| found.position.get()), Some(0));
}
