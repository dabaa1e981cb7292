//! The promises of [`CheckpointStore`].

pub mod keep;
mod list;
pub mod owner;
pub mod reset;
pub mod survive;

use super::{Case, Fixture, case::Listed, erased::Erased, macros::list};
use factum_core::{
    CheckpointKey, CheckpointStore, LogId, Position, StoreError,
    checkpoint::{Advance, AdvanceError, Checkpoint, Epoch},
};

/// All cases, the simple ones first.
#[must_use]
pub fn cases<F: Fixture<Store: CheckpointStore>>() -> Vec<Case> {
    Case::all(listed(), || Box::pin(async { Erased::<dyn CheckpointStore>::new(F::make().await) }))
}

fn listed() -> Vec<Listed<Erased<dyn CheckpointStore>>> {
    crate::__conformance_checkpoints_cases!([list])
}

fn key(consumer: &str) -> CheckpointKey {
    CheckpointKey::new(consumer.parse().expect("the suite uses valid names"), LogId::random())
}

fn done<T>(outcome: Result<T, StoreError>) -> T {
    outcome.unwrap_or_else(|error| panic!("the store failed: {error} ({error:?})"))
}

async fn claim(store: &impl CheckpointStore, key: &CheckpointKey) -> Checkpoint {
    done(store.claim(key).await)
}

async fn load(store: &impl CheckpointStore, key: &CheckpointKey) -> Option<Checkpoint> {
    done(store.checkpoint(key).await)
}

async fn advance(
    store: &impl CheckpointStore,
    key: &CheckpointKey,
    epoch: Epoch,
    to: u64,
) -> Result<(), AdvanceError> {
    store.advance(Advance::new(key.clone(), epoch, Position::new(to))).await
}

/// A move that nothing is in the way of.
async fn advanced(store: &impl CheckpointStore, key: &CheckpointKey, epoch: Epoch, to: u64) {
    let outcome = advance(store, key, epoch, to).await;
    outcome
        .unwrap_or_else(|error| panic!("a move that nothing is in the way of failed: {error} ({error:?})"));
}

/// A move that is refused since somebody else is the owner.
fn fenced(outcome: Result<(), AdvanceError>, key: &CheckpointKey, mover: Epoch, owner: Epoch) {
    match outcome {
        Err(AdvanceError::Fenced { key: found, epoch, current, .. }) => {
            assert_eq!(
                (&found, epoch, current),
                (key, mover, owner),
                "the checkpoint, its mover and its owner"
            );
        }
        other => panic!("expected that {mover} is deposed by {owner}, not {other:?}"),
    }
}

const fn at(position: u64, epoch: u64) -> Checkpoint {
    Checkpoint::new(Position::new(position), Epoch::new(epoch))
}
