//! The promises of [`GenerationStore`], which compares the checkpoints of a consumer's generations.

pub mod activate;
pub mod begin;
pub mod give_up;
mod list;
pub mod survive;

use super::{
    Case, Fixture,
    case::Listed,
    erased::{Erased, LeasedGenerations},
    macros::list,
};
use factum_core::{
    ConsumerName, LogId, Position, StoreError,
    checkpoint::Advance,
    lease::{Group, LeaseStore, NodeId},
    sink::{GenerationStore, Generations},
};
use std::time::Duration;

/// All cases, the simple ones first.
#[must_use]
pub fn cases<F: Fixture<Store: LeaseStore + GenerationStore>>() -> Vec<Case> {
    Case::all(listed(), || Box::pin(async { Erased::<dyn LeasedGenerations>::new(F::make().await) }))
}

fn listed() -> Vec<Listed<Erased<dyn LeasedGenerations>>> {
    crate::__conformance_generations_cases!([list])
}

fn consumer(name: &str) -> ConsumerName {
    name.parse().expect("the suite uses valid names")
}

fn done<T>(outcome: Result<T, StoreError>) -> T {
    outcome.unwrap_or_else(|error| panic!("the store failed: {error} ({error:?})"))
}

/// Only the first generation, or one that has taken its place.
const fn only(active: u32) -> Generations {
    Generations::new(active, None, false)
}

async fn generations(store: &impl GenerationStore, consumer: &ConsumerName) -> Generations {
    done(store.generations(consumer).await)
}

/// A generation that nobody holds.
async fn rebuild(store: &impl GenerationStore, consumer: &ConsumerName) -> u32 {
    done(store.rebuild(consumer, false).await)
}

/// Brings the partitions of a generation to these positions, in its group of as many.
async fn bring(store: &impl LeaseStore, consumer: &ConsumerName, log: LogId, generation: u32, to: &[u64]) {
    let name = consumer.generation(generation).expect("the suite uses short names");
    let group = Group::new(name, log, to.len() as u16);
    done(store.beat(&group, NodeId::random(), Duration::ZERO).await);
    for (partition, to) in (0..).zip(to) {
        let key = group.key(partition);
        let epoch = done(store.claim(&key).await).epoch;
        let moved = store.advance(Advance::new(key, epoch, Position::new(*to))).await;
        moved.unwrap_or_else(|error| {
            panic!("a move that nothing is in the way of failed: {error} ({error:?})")
        });
    }
}
