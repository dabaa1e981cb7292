use crate::{FileStore, schema::Record};
use async_trait::async_trait;
use factum_core::{Snapshot, SnapshotStore, StoreError, StreamId};

#[async_trait]
impl SnapshotStore for FileStore {
    async fn load_snapshot(&self, stream: &StreamId, schema: u32) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.read()?.index.snapshots.get(&(stream.clone(), schema)).cloned())
    }

    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        let mut state = self.write()?;
        let Snapshot { stream, version, schema, state: bytes, .. } = snapshot;
        let kept = state.index.snapshots.get(&(stream.clone(), schema));
        if kept.is_some_and(|kept| kept.version >= version) {
            return Ok(());
        }
        state.change(Record::Snapshot { stream, version, schema, state: bytes });
        state.flush()
    }

    async fn delete_snapshots(&self, stream: &StreamId) -> Result<(), StoreError> {
        let mut state = self.write()?;
        if state.index.snapshots.keys().any(|(kept, _)| kept == stream) {
            state.change(Record::SnapshotsDeleted { stream: stream.clone() });
        }
        state.flush()
    }
}
