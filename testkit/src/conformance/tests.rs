//! The suites name every case that is written, and find what they are for.

use super::{
    Case, Fixture, checkpoints, documents, generations, inbox, inline, leases, quarantine, requests,
    snapshots, store, transports,
};
use factum_messaging::LocalBroker;
use factum_store_memory::MemoryStore;
use std::collections::BTreeSet;

struct Memory;

impl Fixture for Memory {
    type Store = MemoryStore;

    async fn make() -> Self {
        Self
    }

    async fn open(&self) -> MemoryStore {
        MemoryStore::new()
    }
}

struct Local;

impl Fixture for Local {
    type Store = LocalBroker;

    async fn make() -> Self {
        Self
    }

    async fn open(&self) -> LocalBroker {
        LocalBroker::new()
    }
}

/// The functions in these sources that are cases by their looks.
fn written(sources: &[&'static str]) -> BTreeSet<&'static str> {
    let name = |line: &'static str| line.strip_prefix("pub async fn ")?.split(['(', '<']).next();
    sources.iter().flat_map(|source| source.lines()).filter_map(name).collect()
}

fn all_are_listed(cases: &[Case], sources: &[&'static str]) {
    let listed: BTreeSet<_> = cases.iter().map(Case::name).collect();
    assert_eq!(listed, written(sources));
    assert_eq!(listed.len(), cases.len(), "a case is listed twice");
}

#[test]
fn every_case_of_the_store_suite_is_listed() {
    all_are_listed(
        &store::cases::<Memory>(),
        &[
            include_str!("store/alone.rs"),
            include_str!("store/append.rs"),
            include_str!("store/capabilities.rs"),
            include_str!("store/concurrent.rs"),
            include_str!("store/condition.rs"),
            include_str!("store/faithful.rs"),
            include_str!("store/ids.rs"),
            include_str!("store/long.rs"),
            include_str!("store/model.rs"),
            include_str!("store/payloads.rs"),
            include_str!("store/query.rs"),
            include_str!("store/read_log.rs"),
            include_str!("store/read_stream.rs"),
            include_str!("store/refused.rs"),
            include_str!("store/reopen.rs"),
            include_str!("store/shared.rs"),
            include_str!("store/streams.rs"),
            include_str!("store/times.rs"),
            include_str!("store/versions.rs"),
            include_str!("store/watch.rs"),
        ],
    );
}

#[test]
fn every_case_of_the_other_suites_is_listed() {
    all_are_listed(
        &checkpoints::cases::<Memory>(),
        &[
            include_str!("checkpoints/keep.rs"),
            include_str!("checkpoints/owner.rs"),
            include_str!("checkpoints/reset.rs"),
            include_str!("checkpoints/survive.rs"),
        ],
    );
    all_are_listed(
        &inbox::cases::<Memory>(),
        &[
            include_str!("inbox/ask.rs"),
            include_str!("inbox/forget.rs"),
            include_str!("inbox/receive.rs"),
            include_str!("inbox/survive.rs"),
        ],
    );
    all_are_listed(
        &inline::cases::<Memory>(),
        &[
            include_str!("inline/alone.rs"),
            include_str!("inline/applied.rs"),
            include_str!("inline/generation.rs"),
            include_str!("inline/owner.rs"),
            include_str!("inline/refused.rs"),
            include_str!("inline/survive.rs"),
            include_str!("inline/together.rs"),
        ],
    );
    all_are_listed(
        &leases::cases::<Memory>(),
        &[
            include_str!("leases/beat.rs"),
            include_str!("leases/give_back.rs"),
            include_str!("leases/group.rs"),
            include_str!("leases/lease.rs"),
            include_str!("leases/look.rs"),
            include_str!("leases/survive.rs"),
            include_str!("leases/time.rs"),
        ],
    );
    all_are_listed(
        &quarantine::cases::<Memory>(),
        &[
            include_str!("quarantine/apart.rs"),
            include_str!("quarantine/change.rs"),
            include_str!("quarantine/look.rs"),
            include_str!("quarantine/park.rs"),
            include_str!("quarantine/refused.rs"),
            include_str!("quarantine/request.rs"),
            include_str!("quarantine/survive.rs"),
        ],
    );
    all_are_listed(
        &generations::cases::<Memory>(),
        &[
            include_str!("generations/activate.rs"),
            include_str!("generations/begin.rs"),
            include_str!("generations/give_up.rs"),
            include_str!("generations/survive.rs"),
        ],
    );
    all_are_listed(
        &snapshots::cases::<Memory>(),
        &[include_str!("snapshots/keep.rs"), include_str!("snapshots/survive.rs")],
    );
    all_are_listed(
        &documents::cases::<Memory>(),
        &[
            include_str!("documents/commit.rs"),
            include_str!("documents/generations.rs"),
            include_str!("documents/keep.rs"),
            include_str!("documents/repairs.rs"),
            include_str!("documents/survive.rs"),
        ],
    );
}

#[test]
fn every_case_of_the_suites_for_brokers_is_listed() {
    all_are_listed(
        &transports::cases::<Local>(),
        &[
            include_str!("transports/capabilities.rs"),
            include_str!("transports/listen.rs"),
            include_str!("transports/order.rs"),
            include_str!("transports/publish.rs"),
            include_str!("transports/settle.rs"),
            include_str!("transports/topics.rs"),
        ],
    );
    all_are_listed(
        &requests::cases::<Local>(),
        &[
            include_str!("requests/answer.rs"),
            include_str!("requests/command.rs"),
            include_str!("requests/end.rs"),
            include_str!("requests/nobody.rs"),
            include_str!("requests/share.rs"),
        ],
    );
}
