use crate::PgStore;
use async_trait::async_trait;
use factum_core::{Snapshot, SnapshotStore, StoreError, StreamId, StreamVersion};

#[async_trait]
impl SnapshotStore for PgStore {
    async fn load_snapshot(&self, stream: &StreamId, schema: u32) -> Result<Option<Snapshot>, StoreError> {
        let database = &self.inner.database;
        let load = &database.sql.snapshot.load;
        let parameters = (stream.category(), stream.key(), i64::from(schema));
        let rows = database
            .query("reading a snapshot", load, &[&parameters.0, &parameters.1, &parameters.2])
            .await?;
        Ok(rows.first().map(|row| {
            let version = StreamVersion::new(row.get::<_, i64>(0) as u64);
            Snapshot::new(stream.clone(), version, schema, row.get::<_, Vec<u8>>(1))
        }))
    }

    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        let database = &self.inner.database;
        let (category, key) = (snapshot.stream.category(), snapshot.stream.key());
        let (schema, version) = (i64::from(snapshot.schema), snapshot.version.get() as i64);
        let save = &database.sql.snapshot.save;
        let state = &*snapshot.state;
        database.execute("saving a snapshot", save, &[&category, &key, &schema, &version, &state]).await?;
        Ok(())
    }

    async fn delete_snapshots(&self, stream: &StreamId) -> Result<(), StoreError> {
        let database = &self.inner.database;
        let delete = &database.sql.snapshot.delete;
        database.execute("deleting snapshots", delete, &[&stream.category(), &stream.key()]).await?;
        Ok(())
    }
}
