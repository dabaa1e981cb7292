//! Stores of snapshots, with a defect.

use super::{mutants, others_go_first};
use async_trait::async_trait;
use factum_core::{Snapshot, SnapshotStore, StoreError, StreamId, StreamVersion};
use factum_testkit::conformance::{Fixture, snapshots::cases};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is done otherwise than it should be. Everything that is not overridden is done right.
trait Defect: Default + Send + Sync + 'static {
    /// Whether a snapshot is the one that is asked for.
    fn is(&self, snapshot: &Snapshot, stream: &StreamId, schema: u32) -> bool {
        snapshot.stream == *stream && snapshot.schema == schema
    }

    /// Done to each snapshot before it is saved.
    fn rewrite(&self, _snapshot: &mut Snapshot) {}

    /// Whether `new` takes the place of `kept`, which is of the same stream and schema.
    fn replaces(&self, new: &Snapshot, kept: &Snapshot) -> bool {
        kept.version < new.version
    }

    /// Whether others can come between looking at what is kept and replacing it.
    fn lets_others_between(&self) -> bool {
        false
    }

    /// Whether `snapshot` is forgotten with the snapshots of `stream`.
    fn is_deleted(&self, snapshot: &Snapshot, stream: &StreamId) -> bool {
        snapshot.stream == *stream
    }

    /// What is left of `kept` when it is opened again.
    fn open(&self, _kept: &mut Vec<Snapshot>) {}
}

struct Place<D> {
    kept: Arc<Mutex<Vec<Snapshot>>>,
    defect: Arc<D>,
}

impl<D: Defect> Fixture for Place<D> {
    type Store = Broken<D>;

    async fn make() -> Self {
        Self { kept: Arc::default(), defect: Arc::default() }
    }

    async fn open(&self) -> Broken<D> {
        let store = Broken { kept: Arc::clone(&self.kept), defect: Arc::clone(&self.defect) };
        self.defect.open(&mut store.kept());
        store
    }
}

struct Broken<D> {
    kept: Arc<Mutex<Vec<Snapshot>>>,
    defect: Arc<D>,
}

impl<D: Defect> Broken<D> {
    fn kept(&self) -> MutexGuard<'_, Vec<Snapshot>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl<D: Defect> SnapshotStore for Broken<D> {
    async fn load_snapshot(&self, stream: &StreamId, schema: u32) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.kept().iter().find(|snapshot| self.defect.is(snapshot, stream, schema)).cloned())
    }

    async fn save_snapshot(&self, mut snapshot: Snapshot) -> Result<(), StoreError> {
        self.defect.rewrite(&mut snapshot);
        let is_same = |kept: &Snapshot| self.defect.is(kept, &snapshot.stream, snapshot.schema);
        let is_newer = |kept: &[Snapshot]| {
            kept.iter().find(|kept| is_same(kept)).is_none_or(|kept| self.defect.replaces(&snapshot, kept))
        };
        let replaces = is_newer(&self.kept());
        if self.defect.lets_others_between() {
            others_go_first().await;
        }
        let mut kept = self.kept();
        if self.defect.lets_others_between() && replaces || is_newer(&kept) {
            kept.retain(|kept| !is_same(kept));
            kept.push(snapshot.clone());
        }
        Ok(())
    }

    async fn delete_snapshots(&self, stream: &StreamId) -> Result<(), StoreError> {
        self.kept().retain(|snapshot| !self.defect.is_deleted(snapshot, stream));
        Ok(())
    }
}

pub(crate) fn nothing_is_accepted() {
    #[derive(Default)]
    struct Nothing;
    impl Defect for Nothing {}
    super::accepts(&cases::<Place<Nothing>>());
}

mutants! {
    gives_a_snapshot_of_another_schema, rejected by a_snapshot_of_another_schema_is_not_found {
        fn is(&self, snapshot: &Snapshot, stream: &StreamId, _: u32) -> bool {
            snapshot.stream == *stream
        }
    }

    gives_a_snapshot_of_an_older_schema, rejected by a_snapshot_of_another_schema_is_not_found {
        fn is(&self, snapshot: &Snapshot, stream: &StreamId, schema: u32) -> bool {
            snapshot.stream == *stream && snapshot.schema <= schema
        }
    }

    gives_a_snapshot_of_another_stream, rejected by snapshots_of_several_streams_are_kept {
        fn is(&self, snapshot: &Snapshot, stream: &StreamId, schema: u32) -> bool {
            snapshot.stream.category() == stream.category() && snapshot.schema == schema
        }
    }

    lets_an_older_snapshot_replace_a_newer_one, rejected by an_older_snapshot_changes_nothing {
        fn replaces(&self, _: &Snapshot, _: &Snapshot) -> bool {
            true
        }
    }

    compares_and_replaces_in_two_steps, rejected by of_snapshots_saved_at_once_the_newest_stays {
        fn lets_others_between(&self) -> bool {
            true
        }
    }

    keeps_the_first_snapshot_for_ever, rejected by a_newer_snapshot_replaces_an_older_one {
        fn replaces(&self, _: &Snapshot, _: &Snapshot) -> bool {
            false
        }
    }

    keeps_the_start_of_a_state, rejected by states_come_back_to_the_byte {
        fn rewrite(&self, snapshot: &mut Snapshot) {
            snapshot.state.truncate(255);
        }
    }

    keeps_states_as_text, rejected by states_come_back_to_the_byte {
        fn rewrite(&self, snapshot: &mut Snapshot) {
            snapshot.state = String::from_utf8_lossy(&snapshot.state).into_owned().into();
        }
    }

    counts_versions_in_sixteen_bits, rejected by the_largest_version_and_the_longest_name_come_back {
        fn rewrite(&self, snapshot: &mut Snapshot) {
            snapshot.version = StreamVersion::new(u64::from(snapshot.version.get() as u16));
        }
    }

    counts_schemas_in_eight_bits, rejected by snapshots_of_several_schemas_are_kept {
        fn rewrite(&self, snapshot: &mut Snapshot) {
            snapshot.schema = u32::from(snapshot.schema as u8);
        }
    }

    deletes_nothing, rejected by the_snapshots_of_a_stream_can_be_forgotten {
        fn is_deleted(&self, _: &Snapshot, _: &StreamId) -> bool {
            false
        }
    }

    deletes_the_snapshots_of_all_streams, rejected by the_snapshots_of_a_stream_can_be_forgotten {
        fn is_deleted(&self, _: &Snapshot, _: &StreamId) -> bool {
            true
        }
    }

    deletes_only_the_first_schema, rejected by the_snapshots_of_a_stream_can_be_forgotten {
        fn is_deleted(&self, snapshot: &Snapshot, stream: &StreamId) -> bool {
            snapshot.stream == *stream && snapshot.schema <= 1
        }
    }

    loses_snapshots_when_it_is_closed, rejected by snapshots_survive {
        fn open(&self, kept: &mut Vec<Snapshot>) {
            kept.clear();
        }
    }
}
