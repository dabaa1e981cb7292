//! Work and the move of the checkpoint are one transaction.

use super::{Owner, all, balances, delete, done, prepared, put};
use crate::conformance::{Fixture, steps::at_once};
use factum_core::{
    CheckpointKey, CheckpointStore, LogId, Position,
    checkpoint::{AdvanceError, Checkpoint, Epoch},
    sink::{CommitError, DocumentReader, DocumentSink},
};

async fn checkpoint(sink: &impl DocumentSink, key: &CheckpointKey) -> Option<Checkpoint> {
    done(sink.checkpoint(key).await)
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
