use crate::{SqliteStore, document::table, error::Context, repair};
use async_trait::async_trait;
use factum_core::{
    ConsumerName, LogId, StoreError,
    sink::{Collection, GenerationStore, Generations, Removal, Repair, RepairId},
};
use rusqlite::{Connection, OptionalExtension};

#[async_trait]
impl GenerationStore for SqliteStore {
    async fn generations(&self, consumer: &ConsumerName) -> Result<Generations, StoreError> {
        let consumer = consumer.clone();
        let doing = || "reading the generations of a read model".to_owned();
        self.inner.readers.read(doing, move |connection, _| generations(connection, &consumer)).await
    }

    async fn rebuild(&self, consumer: &ConsumerName, hold: bool) -> Result<u32, StoreError> {
        let doing = "beginning a generation of a read model";
        let consumer = consumer.clone();
        let work = move |connection: &Connection| {
            let begin = include_str!("../sql/generation/rebuild.sql");
            connection.query_row(begin, (consumer.as_str(), hold), |row| row.get(0)).doing(doing)
        };
        self.inner.writer.write(doing, work).await
    }

    async fn activate(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        generation: u32,
    ) -> Result<bool, StoreError> {
        let doing = "activating a generation of a read model";
        let consumer = consumer.clone();
        let work = move |connection: &Connection| {
            let active = generations(connection, &consumer).doing(doing)?.active;
            let [old, new] = [active, generation].map(|generation| consumer.generation(generation));
            let (old, new) =
                (old.map_err(|e| StoreError::new(doing, e))?, new.map_err(|e| StoreError::new(doing, e))?);
            let activate = include_str!("../sql/generation/activate.sql");
            let activated = connection
                .execute(activate, (consumer.as_str(), generation, log.0, old.as_str(), new.as_str()))
                .doing(doing)?;
            Ok::<_, StoreError>(activated == 1)
        };
        self.inner.writer.write(doing, work).await
    }

    async fn release_generation(&self, consumer: &ConsumerName) -> Result<(), StoreError> {
        let release = include_str!("../sql/generation/release.sql");
        self.change(consumer, release, "releasing a generation of a read model").await
    }

    async fn abandon(&self, consumer: &ConsumerName) -> Result<(), StoreError> {
        let abandon = include_str!("../sql/generation/abandon.sql");
        self.change(consumer, abandon, "giving up a generation of a read model").await
    }

    async fn remove_generation(
        &self,
        consumer: &ConsumerName,
        generation: u32,
    ) -> Result<Removal, StoreError> {
        let doing = "removing a generation of a read model";
        let name = consumer.generation(generation).map_err(|e| StoreError::new(doing, e))?;
        let consumer = consumer.clone();
        let work =
            move |connection: &Connection| remove(connection, &consumer, generation, &name).doing(doing);
        self.inner.writer.write(doing, work).await
    }

    async fn repair(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        document: &str,
    ) -> Result<RepairId, StoreError> {
        let doing = "asking for a document to be made anew";
        let (consumer, document) = (consumer.clone(), document.to_owned());
        let work =
            move |connection: &Connection| repair::ask(connection, &consumer, log, &document).doing(doing);
        self.inner.writer.write(doing, work).await
    }

    async fn repairs(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        document: Option<&str>,
    ) -> Result<Vec<Repair>, StoreError> {
        let (consumer, document) = (consumer.clone(), document.map(str::to_owned));
        let doing = || "reading which documents are to be made anew".to_owned();
        let read = move |connection: &Connection, _: &mut _| {
            repair::list(connection, &consumer, log, document.as_deref())
        };
        self.inner.readers.read(doing, read).await
    }

    async fn repaired(
        &self,
        consumer: &ConsumerName,
        log: LogId,
        repair: RepairId,
        failure: Option<&str>,
    ) -> Result<(), StoreError> {
        let doing = "saying that a document was made anew";
        let (consumer, failure) = (consumer.clone(), failure.map(str::to_owned));
        let work = move |connection: &Connection| {
            repair::done(connection, &consumer, log, repair, failure.as_deref()).doing(doing)
        };
        self.inner.writer.write(doing, work).await
    }
}

impl SqliteStore {
    async fn change(
        &self,
        consumer: &ConsumerName,
        sql: &'static str,
        doing: &'static str,
    ) -> Result<(), StoreError> {
        let consumer = consumer.clone();
        let work = move |connection: &Connection| {
            connection.execute(sql, [consumer.as_str()]).map(drop).doing(doing)
        };
        self.inner.writer.write(doing, work).await
    }
}

pub(crate) fn generations(connection: &Connection, consumer: &ConsumerName) -> rusqlite::Result<Generations> {
    let mut find = connection.prepare_cached(include_str!("../sql/generation/generations.sql"))?;
    let found = find
        .query_row([consumer.as_str()], |row| Ok(Generations::new(row.get(0)?, row.get(1)?, row.get(2)?)));
    Ok(found.optional()?.unwrap_or_default())
}

/// Removes generation `generation`, which `name` makes, unless it is needed.
fn remove(
    connection: &Connection,
    consumer: &ConsumerName,
    generation: u32,
    name: &ConsumerName,
) -> rusqlite::Result<Removal> {
    let Generations { active, filling, .. } = generations(connection, consumer)?;
    if active == generation {
        return Ok(Removal::Active);
    }
    if filling == Some(generation) {
        return Ok(Removal::Filling);
    }
    let is_run = include_str!("../sql/generation/is_run.sql");
    if connection.query_row(is_run, [name.as_str()], |row| row.get(0))? {
        return Ok(Removal::Running);
    }
    for of in ["members", "groups", "checkpoints", "quarantine", "repairs"] {
        connection.execute(&format!("DELETE FROM factum_{of} WHERE consumer = ?1"), [name.as_str()])?;
    }
    if let Some(collection) = Collection::of(consumer) {
        let table = table(&collection.in_generation(generation));
        connection.execute_batch(&format!("DROP TABLE IF EXISTS {table}"))?;
    }
    Ok(Removal::Removed)
}
