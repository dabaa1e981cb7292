use crate::PgStore;
use async_trait::async_trait;
use factum_core::{
    ConsumerName, LogId, StoreError,
    sink::{GenerationStore, Generations},
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
}
