//! The promises of [`SnapshotStore`].

pub mod keep;
mod list;
pub mod survive;

use super::{Case, Fixture, case::Listed, erased::Erased, macros::list, steps::stream};
use factum_core::{Snapshot, SnapshotStore, StoreError, StreamVersion};

/// All cases, the simple ones first.
#[must_use]
pub fn cases<F: Fixture<Store: SnapshotStore>>() -> Vec<Case> {
    Case::all(listed(), || Box::pin(async { Erased::<dyn SnapshotStore>::new(F::make().await) }))
}

fn listed() -> Vec<Listed<Erased<dyn SnapshotStore>>> {
    crate::__conformance_snapshots_cases!([list])
}

fn snapshot(key: &str, version: u64, schema: u32, state: &'static str) -> Snapshot {
    Snapshot::new(stream(key), StreamVersion::new(version), schema, state)
}

fn done<T>(outcome: Result<T, StoreError>) -> T {
    outcome.unwrap_or_else(|error| panic!("the store failed: {error} ({error:?})"))
}

async fn save(store: &impl SnapshotStore, snapshot: Snapshot) {
    done(store.save_snapshot(snapshot).await);
}

async fn load(store: &impl SnapshotStore, key: &str, schema: u32) -> Option<Snapshot> {
    done(store.load_snapshot(&stream(key), schema).await)
}
