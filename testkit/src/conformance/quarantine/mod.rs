//! The promises of [`QuarantineStore`], into which events get together with a move of a checkpoint.

pub mod apart;
pub mod change;
mod list;
pub mod look;
pub mod park;
pub mod refused;
pub mod request;
pub mod survive;

use super::{
    Case, Fixture,
    case::Listed,
    erased::{Erased, QuarantinedCheckpoints},
    macros::list,
    steps::{event_type, stream},
};
use factum_core::{
    CheckpointKey, CheckpointStore, LogId, Position, QuarantineStore, StoreError,
    checkpoint::{Advance, AdvanceError, Epoch},
    quarantine::{Asked, Change, Failure, Lane, ListParked, Parked, Request},
};

/// All cases, the simple ones first.
#[must_use]
pub fn cases<F: Fixture<Store: CheckpointStore + QuarantineStore>>() -> Vec<Case> {
    Case::all(listed(), || Box::pin(async { Erased::<dyn QuarantinedCheckpoints>::new(F::make().await) }))
}

fn listed() -> Vec<Listed<Erased<dyn QuarantinedCheckpoints>>> {
    crate::__conformance_quarantine_cases!([list])
}

/// More than a store would handle in one piece.
const MANY: u64 = 2_500;

fn key(consumer: &str) -> CheckpointKey {
    CheckpointKey::new(consumer.parse().expect("the suite uses valid names"), LogId::random())
}

/// The lane of the stream `account-key`.
fn account(key: &str) -> Lane {
    Lane::Stream(stream(key))
}

fn document(key: &str) -> Lane {
    Lane::Document(key.to_owned())
}

/// Parks an event that only waits.
fn park(lane: &Lane, position: u64) -> Change {
    parked_with(lane, position, None)
}

/// Parks an event that could not be applied.
fn park_failed(lane: &Lane, position: u64, error: &str) -> Change {
    parked_with(lane, position, Some(Failure::new(error, 1)))
}

fn parked_with(lane: &Lane, position: u64, failure: Option<Failure>) -> Change {
    let stream = match lane {
        Lane::Stream(stream) => stream.clone(),
        Lane::Document(_) => stream("7"),
    };
    let (position, event_type) = (Position::new(position), event_type("Opened"));
    Change::Park { lane: lane.clone(), position, stream, event_type, failure }
}

fn release(lane: &Lane, position: u64) -> Change {
    Change::Release { lane: lane.clone(), position: Position::new(position) }
}

/// An event that was tried again by itself.
fn failed(lane: &Lane, position: u64, failure: Failure) -> Change {
    failed_as_asked(lane, position, failure, None)
}

fn failed_as_asked(lane: &Lane, position: u64, failure: Failure, answers: Option<Asked>) -> Change {
    Change::Failed { lane: lane.clone(), position: Position::new(position), failure, answers }
}

fn done<T>(outcome: Result<T, StoreError>) -> T {
    outcome.unwrap_or_else(|error| panic!("the store failed: {error} ({error:?})"))
}

/// The owner of a checkpoint, who changes what is in quarantine.
struct Owner {
    key: CheckpointKey,
    epoch: Epoch,
    reached: u64,
}

impl Owner {
    /// Of the consumer `balances`, over a log of its own.
    async fn new(store: &impl CheckpointStore) -> Self {
        Self::of(store, key("balances")).await
    }

    async fn of(store: &impl CheckpointStore, key: CheckpointKey) -> Self {
        let epoch = done(store.claim(&key).await).epoch;
        Self { key, epoch, reached: 0 }
    }

    async fn try_change(
        &self,
        store: &impl CheckpointStore,
        to: u64,
        changes: Vec<Change>,
    ) -> Result<(), AdvanceError> {
        let advance = Advance::new(self.key.clone(), self.epoch, Position::new(to));
        store.advance(advance.quarantine(changes)).await
    }

    /// Changes that nothing is in the way of, with the next move.
    async fn change(&mut self, store: &impl CheckpointStore, changes: Vec<Change>) {
        self.reached += 1;
        let outcome = self.try_change(store, self.reached, changes).await;
        outcome.unwrap_or_else(|error| {
            panic!("a move that nothing is in the way of failed: {error} ({error:?})")
        });
    }

    /// What is parked for the consumer, in all its partitions.
    fn list(&self) -> ListParked {
        ListParked::new(self.key.consumer.clone(), self.key.log)
    }

    /// Asks for something that is to be done about one lane, or all.
    async fn ask(&self, store: &impl QuarantineStore, lane: Option<&Lane>, request: Request) -> u64 {
        done(store.request(&self.key.consumer, self.key.log, lane, None, request).await)
    }

    /// The same for lanes whose first event is this one.
    async fn ask_for(
        &self,
        store: &impl QuarantineStore,
        lane: Option<&Lane>,
        first: u64,
        request: Request,
    ) -> u64 {
        let first = Some(Position::new(first));
        done(store.request(&self.key.consumer, self.key.log, lane, first, request).await)
    }

    /// What is requested for a lane of this partition.
    async fn asked(&self, store: &impl QuarantineStore, lane: &Lane) -> Option<Asked> {
        let requests = done(store.requests(&self.key).await);
        requests.into_iter().find(|(of, ..)| of == lane).map(|(_, _, asked)| asked)
    }
}

async fn parked(store: &impl QuarantineStore, request: ListParked) -> Vec<Parked> {
    done(store.parked(request).await)
}

/// What is parked, as the lane and the position.
async fn places(store: &impl QuarantineStore, request: ListParked) -> Vec<(String, u64)> {
    parked(store, request).await.iter().map(place_of).collect()
}

fn place_of(parked: &Parked) -> (String, u64) {
    (parked.lane.to_string(), parked.position.get())
}

/// The one event that is parked.
async fn only(store: &impl QuarantineStore, owner: &Owner) -> Parked {
    let mut parked = parked(store, owner.list()).await;
    assert_eq!(parked.len(), 1, "one event is parked, not {parked:?}");
    parked.remove(0)
}

/// What is requested for the lanes of a partition, in the order of the lanes.
async fn requests(store: &impl QuarantineStore, key: &CheckpointKey) -> Vec<(String, u64, Request)> {
    let requests = done(store.requests(key).await).into_iter();
    let mut requests: Vec<_> =
        requests.map(|(lane, position, asked)| (lane.to_string(), position.get(), asked.request)).collect();
    requests.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    requests
}

/// As [`places`] are.
fn at<const N: usize>(expected: [(&str, u64); N]) -> Vec<(String, u64)> {
    expected.map(|(lane, position)| (lane.to_owned(), position)).into()
}
