use crate::stores::{Store, on_every_store};
use bytes::Bytes;
use factum::{
    CheckpointKey, Position,
    checkpoint::{Advance, AdvanceError, Checkpoint, Epoch},
    sink::{Change, Collection, CommitError, Document},
};

on_every_store! {
    a_checkpoint_moves_forward_only,
    the_last_to_claim_is_the_owner,
    its_work_is_not_done,
    work_and_checkpoint_commit_together,
    a_reset_deposes_too,
    partitions_and_logs_have_their_own,
}

fn key(store: &impl Store) -> CheckpointKey {
    CheckpointKey::new("balances_v1".parse().unwrap(), store.log_id())
}

fn to(key: &CheckpointKey, epoch: Epoch, position: u64) -> Advance {
    Advance::new(key.clone(), epoch, Position::new(position))
}

fn balances() -> Collection {
    Collection::new("balances", 1).unwrap()
}

async fn document(store: &impl Store, key: &str) -> Option<Bytes> {
    store.load(&balances(), vec![key.to_owned()]).await.unwrap().remove(0)
}

async fn a_checkpoint_moves_forward_only(store: impl Store) {
    let key = key(&store);
    assert_eq!(store.checkpoint(&key).await.unwrap(), None);
    let mine = store.claim(&key).await.unwrap();
    assert_eq!(mine, Checkpoint::new(Position::START, Epoch::new(1)));
    store.advance(to(&key, mine.epoch, 7)).await.unwrap();
    store.advance(to(&key, mine.epoch, 7)).await.unwrap();
    let back = store.advance(to(&key, mine.epoch, 6)).await.unwrap_err();
    assert!(matches!(back, AdvanceError::Backward { from, to, .. } if (from.get(), to.get()) == (7, 6)));
    assert_eq!(store.checkpoint(&key).await.unwrap().unwrap().position.get(), 7);
}

async fn the_last_to_claim_is_the_owner(store: impl Store) {
    let key = key(&store);
    let first = store.claim(&key).await.unwrap();
    store.advance(to(&key, first.epoch, 3)).await.unwrap();
    let second = store.claim(&key).await.unwrap();
    assert_eq!(second, Checkpoint::new(Position::new(3), Epoch::new(2)));
    let deposed = store.advance(to(&key, first.epoch, 4)).await.unwrap_err();
    assert!(
        matches!(deposed, AdvanceError::Fenced { epoch, current, .. } if (epoch.get(), current.get()) == (1, 2))
    );
    store.advance(to(&key, second.epoch, 5)).await.unwrap();
}

async fn its_work_is_not_done(store: impl Store) {
    let key = key(&store);
    store.prepare(&balances()).await.unwrap();
    let first = store.claim(&key).await.unwrap();
    store.claim(&key).await.unwrap();
    let work = store.changes(&balances(), vec![Change::Put(Document::new("ada", "1"))]);
    let deposed = store.commit(work, to(&key, first.epoch, 1)).await.unwrap_err();
    assert!(matches!(deposed, CommitError::Advance(AdvanceError::Fenced { .. })));
    assert_eq!(document(&store, "ada").await, None);

    let never_claimed = CheckpointKey::new("nobody".parse().unwrap(), store.log_id());
    let work = store.changes(&balances(), vec![Change::Put(Document::new("ada", "1"))]);
    assert!(store.commit(work, to(&never_claimed, Epoch::new(1), 1)).await.is_err());
    assert_eq!(document(&store, "ada").await, None);
}

async fn work_and_checkpoint_commit_together(store: impl Store) {
    let key = key(&store);
    store.prepare(&balances()).await.unwrap();
    let mine = store.claim(&key).await.unwrap();
    let put = |key: &str, body: &'static str| Change::Put(Document::new(key, body));
    let work = store.changes(&balances(), vec![put("ada", "1"), put("bob", "2"), put("eve", "3")]);
    store.commit(work, to(&key, mine.epoch, 3)).await.unwrap();
    let work = store.changes(&balances(), vec![put("ada", "10"), Change::Delete { key: "bob".into() }]);
    store.commit(work, to(&key, mine.epoch, 5)).await.unwrap();

    assert_eq!(store.checkpoint(&key).await.unwrap().unwrap().position.get(), 5);
    let found = store.load(&balances(), ["eve", "bob", "ada"].map(str::to_owned).to_vec()).await.unwrap();
    assert_eq!(found, [Some(Bytes::from("3")), None, Some(Bytes::from("10"))]);
    let after = store.scan(&balances(), Some("ada".into()), 10).await.unwrap();
    assert_eq!(after, [Document::new("eve", "3")]);
}

async fn a_reset_deposes_too(store: impl Store) {
    let key = key(&store);
    let first = store.claim(&key).await.unwrap();
    store.advance(to(&key, first.epoch, 3)).await.unwrap();
    let second = store.reset(&key).await.unwrap();
    assert_eq!(second, Checkpoint::new(Position::START, Epoch::new(2)));
    assert!(store.advance(to(&key, first.epoch, 4)).await.is_err());
    store.advance(to(&key, second.epoch, 1)).await.unwrap();
}

async fn partitions_and_logs_have_their_own(store: impl Store) {
    let key = key(&store);
    let elsewhere = CheckpointKey::new(key.consumer.clone(), factum::LogId::random());
    let mine = store.claim(&key).await.unwrap();
    store.advance(to(&key, mine.epoch, 3)).await.unwrap();
    for other in [key.clone().partition(1), elsewhere] {
        assert_eq!(store.checkpoint(&other).await.unwrap(), None);
        assert_eq!(store.claim(&other).await.unwrap().position, Position::START);
    }
}
