use crate::MemoryStore;
use async_trait::async_trait;
use factum_core::{Snapshot, SnapshotStore, StoreError, StreamId};

#[async_trait]
impl SnapshotStore for MemoryStore {
    async fn load_snapshot(&self, stream: &StreamId, schema: u32) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.read().snapshots.get(&(stream.clone(), schema)).cloned())
    }

    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        let mut tables = self.write();
        let kept = tables
            .snapshots
            .entry((snapshot.stream.clone(), snapshot.schema))
            .or_insert_with(|| snapshot.clone());
        if kept.version < snapshot.version {
            *kept = snapshot;
        }
        Ok(())
    }

    async fn delete_snapshots(&self, stream: &StreamId) -> Result<(), StoreError> {
        self.write().snapshots.retain(|(kept, _), _| kept != stream);
        Ok(())
    }
}
