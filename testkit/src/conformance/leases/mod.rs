//! The promises of [`LeaseStore`].

pub mod beat;
pub mod give_back;
pub mod group;
pub mod lease;
mod list;
pub mod look;
pub mod survive;
pub mod time;

use super::{Case, Fixture, case::Listed, erased::Erased, macros::list};
use factum_core::{
    Checkpoint, CheckpointKey, LogId, Position, StoreError,
    checkpoint::{Advance, AdvanceError, Epoch},
    lease::{Group, Lease, LeaseStore, NodeId, Roll},
};
use std::time::Duration;

/// All cases, the simple ones first.
#[must_use]
pub fn cases<F: Fixture<Store: LeaseStore>>() -> Vec<Case> {
    Case::all(listed(), || Box::pin(async { Erased::<dyn LeaseStore>::new(F::make().await) }))
}

fn listed() -> Vec<Listed<Erased<dyn LeaseStore>>> {
    crate::__conformance_leases_cases!([list])
}

/// What is given for so long does not end before the case does.
const HOUR: Duration = Duration::from_secs(3_600);

/// What is given for so long has ended when it is given.
const NO_TIME: Duration = Duration::ZERO;

/// Those who run `consumer` over a log of its own.
fn group(consumer: &str, partitions: u16) -> Group {
    Group::new(consumer.parse().expect("the suite uses valid names"), LogId::random(), partitions)
}

/// The same consumer and log, in another number of partitions.
fn parted(group: &Group, partitions: u16) -> Group {
    Group::new(group.consumer.clone(), group.log, partitions)
}

fn nodes<const N: usize>() -> [NodeId; N] {
    [(); N].map(|()| NodeId::random())
}

fn done<T>(outcome: Result<T, StoreError>) -> T {
    outcome.unwrap_or_else(|error| panic!("the store failed: {error} ({error:?})"))
}

/// A beat of a node that stays.
async fn beat(store: &impl LeaseStore, group: &Group, node: NodeId) -> Roll {
    beat_for(store, group, node, HOUR).await
}

async fn beat_for(store: &impl LeaseStore, group: &Group, node: NodeId, ttl: Duration) -> Roll {
    let roll = done(store.beat(group, node, ttl).await);
    assert_eq!(roll.leases.len(), usize::from(group.partitions), "leases of {group}");
    roll
}

/// Who has which partition, as `node` is told when it says for no time that it is there. Must not have any itself.
async fn holders(store: &impl LeaseStore, group: &Group) -> Vec<Option<NodeId>> {
    let roll = beat_for(store, group, NodeId::random(), NO_TIME).await;
    roll.leases.iter().map(|lease| lease.holder).collect()
}

async fn lease(store: &impl LeaseStore, group: &Group, partition: u16, node: NodeId) -> Option<Checkpoint> {
    done(store.lease(group, partition, node, HOUR).await)
}

/// A lease that has ended.
async fn leased_before(store: &impl LeaseStore, group: &Group, partition: u16, node: NodeId) -> Checkpoint {
    let given = done(store.lease(group, partition, node, NO_TIME).await);
    given.unwrap_or_else(|| panic!("partition {partition} of {group} is free and was not given"))
}

/// A lease that nobody is in the way of.
async fn leased(store: &impl LeaseStore, group: &Group, partition: u16, node: NodeId) -> Checkpoint {
    let given = lease(store, group, partition, node).await;
    given.unwrap_or_else(|| panic!("partition {partition} of {group} is free and was not given"))
}

async fn load(store: &impl LeaseStore, key: &CheckpointKey) -> Option<Checkpoint> {
    done(store.checkpoint(key).await)
}

async fn advance(
    store: &impl LeaseStore,
    key: &CheckpointKey,
    epoch: Epoch,
    to: u64,
) -> Result<(), AdvanceError> {
    store.advance(Advance::new(key.clone(), epoch, Position::new(to))).await
}

/// A move that nothing is in the way of.
async fn advanced(store: &impl LeaseStore, key: &CheckpointKey, epoch: Epoch, to: u64) {
    let outcome = advance(store, key, epoch, to).await;
    outcome
        .unwrap_or_else(|error| panic!("a move that nothing is in the way of failed: {error} ({error:?})"));
}

/// A move that is refused since somebody else was given the partition.
fn fenced(outcome: Result<(), AdvanceError>, mover: Epoch, owner: Epoch) {
    match outcome {
        Err(AdvanceError::Fenced { epoch, current, .. }) => {
            assert_eq!((epoch, current), (mover, owner), "the mover and the owner");
        }
        other => panic!("expected that {mover} is deposed by {owner}, not {other:?}"),
    }
}

const fn at(position: u64, epoch: u64) -> Checkpoint {
    Checkpoint::new(Position::new(position), Epoch::new(epoch))
}

const fn free(checkpoint: Checkpoint) -> Lease {
    Lease::new(checkpoint, None)
}
