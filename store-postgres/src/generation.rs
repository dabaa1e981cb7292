use crate::PgStore;
use async_trait::async_trait;
use factum_core::{
    ConsumerName, LogId, StoreError,
    sink::{Collection, DocumentSink as _, GenerationStore, Generations, Removal, Repair, RepairId},
};

#[async_trait]
impl GenerationStore for PgStore {
    async fn generations(&self, consumer: &ConsumerName) -> Result<Generations, StoreError> {
        let database = &self.inner.database;
        let find = &database.sql.generation.generations;
        let doing = "reading the generations of a read model";
        let rows = database.query(doing, find, &[&consumer.as_str()]).await?;
        let generations = rows.first().map(|row| {
            let filling: Option<i32> = row.get(1);
            Generations::new(row.get::<_, i32>(0) as u32, filling.map(|filling| filling as u32), row.get(2))
        });
        Ok(generations.unwrap_or_default())
    }

    async fn rebuild(&self, consumer: &ConsumerName, hold: bool) -> Result<u32, StoreError> {
        let doing = "beginning a generation of a read model";
        let database = &self.inner.database;
        let begin = &database.sql.generation.rebuild;
        let rows = database.query(doing, begin, &[&consumer.as_str(), &hold]).await?;
        let row = rows.first().ok_or_else(|| StoreError::new(doing, "the server gave no row"))?;
        Ok(row.get::<_, i32>(0) as u32)
    }

    async fn activate(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        generation: u32,
    ) -> Result<bool, StoreError> {
        let doing = "activating a generation of a read model";
        let active = self.generations(consumer).await?.active;
        let name = |generation| consumer.generation(generation).map_err(|e| StoreError::new(doing, e));
        let (old, new) = (name(active)?, name(generation)?);
        let database = &self.inner.database;
        let activate = &database.sql.generation.activate;
        let parameters: &crate::database::Parameters<'_> =
            &[&consumer.as_str(), &(generation as i32), &log.0, &old.as_str(), &new.as_str()];
        Ok(database.execute(doing, activate, parameters).await? == 1)
    }

    async fn release_generation(&self, consumer: &ConsumerName) -> Result<(), StoreError> {
        let database = &self.inner.database;
        let release = &database.sql.generation.release;
        let doing = "releasing a generation of a read model";
        database.execute(doing, release, &[&consumer.as_str()]).await.map(drop)
    }

    async fn abandon(&self, consumer: &ConsumerName) -> Result<(), StoreError> {
        let database = &self.inner.database;
        let abandon = &database.sql.generation.abandon;
        let doing = "giving up a generation of a read model";
        database.execute(doing, abandon, &[&consumer.as_str()]).await.map(drop)
    }

    async fn remove_generation(
        &self,
        consumer: &ConsumerName,
        generation: u32,
    ) -> Result<Removal, StoreError> {
        let doing = "removing a generation of a read model";
        let name = consumer.generation(generation).map_err(|e| StoreError::new(doing, e))?;
        let database = &self.inner.database;
        let parameters: &crate::database::Parameters<'_> =
            &[&consumer.as_str(), &(generation as i32), &name.as_str()];
        let rows = database.query(doing, &database.sql.generation.remove, parameters).await?;
        match rows.first().map(|row| row.get::<_, i32>(0)) {
            Some(1) => return Ok(Removal::Active),
            Some(2) => return Ok(Removal::Filling),
            Some(3) => return Ok(Removal::Running),
            _ => {}
        }
        // After the rows: a crash between the two leaves a table, which is removed when this is asked for again.
        if let Some(collection) = Collection::of(consumer) {
            self.discard(&collection.in_generation(generation)).await?;
        }
        Ok(Removal::Removed)
    }

    async fn repair(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        document: &str,
    ) -> Result<RepairId, StoreError> {
        let (database, id) = (&self.inner.database, RepairId::random());
        let doing = "asking for a document to be made anew";
        let parameters: &crate::database::Parameters<'_> = &[&consumer.as_str(), &log.0, &document, &id.0];
        database.execute(doing, &database.sql.repair.ask, parameters).await?;
        Ok(id)
    }

    async fn repairs(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        document: Option<&str>,
    ) -> Result<Vec<Repair>, StoreError> {
        let database = &self.inner.database;
        let doing = "reading which documents are to be made anew";
        let list = &database.sql.repair.list;
        let rows = database.query(doing, list, &[&consumer.as_str(), &log.0, &document]).await?;
        let repair = |row: &tokio_postgres::Row| {
            let mut repair = Repair::new(row.get::<_, String>(0), RepairId(row.get(1)));
            repair.failure = row.get(2);
            repair
        };
        Ok(rows.iter().map(repair).collect())
    }

    async fn repaired(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        repair: RepairId,
        failure: Option<&str>,
    ) -> Result<(), StoreError> {
        let database = &self.inner.database;
        let sql = &database.sql.repair;
        let doing = "saying that a document was made anew";
        let consumer = consumer.as_str();
        let Some(failure) = failure else {
            return database.execute(doing, &sql.done, &[&consumer, &log.0, &repair.0]).await.map(drop);
        };
        // The server has no text with NUL.
        let failure = failure.replace('\0', "\u{fffd}");
        database.execute(doing, &sql.failed, &[&consumer, &log.0, &repair.0, &failure]).await.map(drop)
    }
}
