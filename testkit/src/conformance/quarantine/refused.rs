//! A move that is refused changes nothing in quarantine either.

use super::{Owner, account, done, failed, key, only, park, park_failed, parked, release};
use crate::conformance::Fixture;
use factum_core::{
    CheckpointStore, QuarantineStore,
    checkpoint::{AdvanceError, Epoch},
    quarantine::{Change, Failure},
};

/// One of each kind.
fn changes() -> Vec<Change> {
    vec![
        park(&account("8"), 2),
        failed(&account("7"), 1, Failure::new("other", 2)),
        release(&account("7"), 1),
        park(&account("7"), 2),
    ]
}

/// See [`AdvanceError::Fenced`].
pub async fn a_deposed_owner_changes_nothing(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let mut owner = Owner::new(&store).await;
    owner.change(&store, vec![park_failed(&account("7"), 1, "no")]).await;
    let before = only(&store, &owner).await;
    let current = done(store.claim(&owner.key).await);
    for change in changes() {
        for to in [1, 9] {
            let outcome = owner.try_change(&store, to, vec![change.clone()]).await;
            assert!(matches!(&outcome, Err(AdvanceError::Fenced { .. })), "{change:?}: {outcome:?}");
            assert_eq!(only(&store, &owner).await, before, "{change:?}");
        }
    }
    assert_eq!(done(store.checkpoint(&owner.key).await), Some(current));
}

/// See [`AdvanceError::Backward`].
pub async fn a_move_back_changes_nothing(place: impl Fixture<Store: CheckpointStore + QuarantineStore>) {
    let store = place.open().await;
    let owner = Owner::new(&store).await;
    let outcome = owner.try_change(&store, 5, vec![park_failed(&account("7"), 1, "no")]).await;
    assert!(outcome.is_ok(), "{outcome:?}");
    let before = only(&store, &owner).await;
    for change in changes() {
        let outcome = owner.try_change(&store, 4, vec![change.clone()]).await;
        assert!(matches!(&outcome, Err(AdvanceError::Backward { .. })), "{change:?}: {outcome:?}");
        assert_eq!(only(&store, &owner).await, before, "{change:?}");
    }
    assert_eq!(done(store.checkpoint(&owner.key).await).map(|found| found.position.get()), Some(5));
}

/// A checkpoint that was never claimed belongs to nobody.
pub async fn who_never_claimed_changes_nothing(
    place: impl Fixture<Store: CheckpointStore + QuarantineStore>,
) {
    let store = place.open().await;
    for epoch in [0, 1].map(Epoch::new) {
        let nobody = Owner { key: key("nobody"), epoch, reached: 0 };
        let outcome = nobody.try_change(&store, 1, vec![park(&account("7"), 1)]).await;
        assert!(matches!(&outcome, Err(AdvanceError::Fenced { .. })), "{outcome:?}");
        assert_eq!(parked(&store, nobody.list()).await, []);
        assert_eq!(done(store.checkpoint(&nobody.key).await), None);
    }
    assert_eq!(done(store.quarantines().await), []);
}
