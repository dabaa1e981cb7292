use crate::{SqliteStore, error::Context};
use async_trait::async_trait;
use factum_core::{Snapshot, SnapshotStore, StoreError, StreamId, StreamVersion};
use rusqlite::{Connection, OptionalExtension};

#[async_trait]
impl SnapshotStore for SqliteStore {
    async fn load_snapshot(&self, stream: &StreamId, schema: u32) -> Result<Option<Snapshot>, StoreError> {
        let stream = stream.clone();
        let doing = || "reading a snapshot".to_owned();
        let read = move |connection: &Connection, _: &mut _| {
            let mut find = connection.prepare_cached(include_str!("../sql/snapshot/load.sql"))?;
            let found = find.query_row((stream.as_str(), schema), |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
            });
            let found = found.optional()?;
            Ok(found.map(|(version, state)| {
                Snapshot::new(stream, StreamVersion::new(version as u64), schema, state)
            }))
        };
        self.inner.readers.read(doing, read).await
    }

    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        let doing = "saving a snapshot";
        let work = move |connection: &Connection| {
            let mut save =
                connection.prepare_cached(include_str!("../sql/snapshot/save.sql")).doing(doing)?;
            let version = snapshot.version.get() as i64;
            save.execute((snapshot.stream.as_str(), snapshot.schema, version, &*snapshot.state))
                .doing(doing)?;
            Ok(())
        };
        self.inner.writer.write(doing, work).await
    }

    async fn delete_snapshots(&self, stream: &StreamId) -> Result<(), StoreError> {
        let stream = stream.clone();
        let doing = "deleting snapshots";
        let work = move |connection: &Connection| {
            let mut delete =
                connection.prepare_cached(include_str!("../sql/snapshot/delete.sql")).doing(doing)?;
            delete.execute([stream.as_str()]).doing(doing)?;
            Ok(())
        };
        self.inner.writer.write(doing, work).await
    }
}
