use crate::{SqliteStore, error::Context};
use async_trait::async_trait;
use chrono::DateTime;
use factum_core::{ConsumerName, InboxStore, MessageKey, StoreError, Timestamp};
use rusqlite::{Connection, OptionalExtension};

/// So many messages are forgotten by one job, so that what else is to be written does not wait for all of them.
const PIECE: usize = 1_000;

#[async_trait]
impl InboxStore for SqliteStore {
    async fn receive(
        &self,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<Vec<bool>, StoreError> {
        if messages.is_empty() {
            return Ok(Vec::new());
        }
        let (consumer, messages) = (consumer.clone(), messages.to_vec());
        let work = move |connection: &Connection| Self::receive_in(connection, &consumer, &messages);
        self.inner.writer.write("receiving messages", work).await
    }

    async fn received(
        &self,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<Vec<Option<Timestamp>>, StoreError> {
        let (consumer, messages) = (consumer.clone(), messages.to_vec());
        let doing = || "looking for messages".to_owned();
        let read = move |connection: &Connection, _: &mut _| -> rusqlite::Result<Vec<Option<i64>>> {
            let mut find = connection.prepare_cached(include_str!("../sql/inbox/received.sql"))?;
            let mut find = |message: &MessageKey| {
                find.query_row((consumer.as_str(), message.as_str()), |row| row.get(0)).optional()
            };
            messages.iter().map(&mut find).collect()
        };
        let times = self.inner.readers.read(doing, read).await?;
        times.into_iter().map(|micros| micros.map(time).transpose()).collect()
    }

    async fn forget(&self, consumer: &ConsumerName, time: Timestamp) -> Result<u64, StoreError> {
        let doing = "forgetting messages";
        let mut all = 0;
        loop {
            let consumer = consumer.clone();
            let work = move |connection: &Connection| {
                let mut forget =
                    connection.prepare_cached(include_str!("../sql/inbox/forget.sql")).doing(doing)?;
                forget.execute((consumer.as_str(), time.timestamp_micros(), PIECE as i64)).doing(doing)
            };
            let forgotten: usize = self.inner.writer.write(doing, work).await?;
            all += forgotten as u64;
            if forgotten < PIECE {
                return Ok(all);
            }
        }
    }
}

impl SqliteStore {
    /// Receives messages, as [`InboxStore::receive`] does, inside work of [`write`](Self::write) or of a
    /// [sink](crate::SqliteWork): their keys are kept if the work is committed, together with what else it does, and never
    /// if it fails.
    ///
    /// ```
    /// use factum_core::{ConsumerName, MessageKey};
    /// use factum_store_sqlite::SqliteStore;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # let folder = tempfile::tempdir().unwrap();
    /// # runtime.block_on(async {
    /// # let store = SqliteStore::open(folder.path().join("shop.db")).await?;
    /// store.write(|connection| Ok(connection.execute_batch("CREATE TABLE paid (amount INTEGER)")?)).await?;
    /// for delivery in 1..=2 {
    ///     let (billing, message) = (ConsumerName::new("billing")?, MessageKey::new("payment-7")?);
    ///     let is_new = store.write(move |connection| {
    ///         let is_new = SqliteStore::receive_in(connection, &billing, &[message])?[0];
    ///         if is_new {
    ///             connection.execute("INSERT INTO paid VALUES (30)", [])?;
    ///         }
    ///         Ok(is_new)
    ///     });
    ///     assert_eq!(is_new.await?, delivery == 1);
    /// }
    /// let sum = "SELECT sum(amount) FROM paid";
    /// let paid: i64 = store.read(|connection| connection.query_row(sum, [], |row| row.get(0))).await?;
    /// assert_eq!(paid, 30);
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`StoreError`] when the database failed. The work should fail with it: some messages may be recorded already.
    pub fn receive_in(
        connection: &Connection,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<Vec<bool>, StoreError> {
        let doing = "receiving messages";
        let mut receive = connection.prepare_cached(include_str!("../sql/inbox/receive.sql")).doing(doing)?;
        let mut is_new = |message: &MessageKey| {
            receive.execute((consumer.as_str(), message.as_str())).map(|rows| rows == 1).doing(doing)
        };
        messages.iter().map(&mut is_new).collect()
    }
}

fn time(micros: i64) -> Result<Timestamp, StoreError> {
    DateTime::from_timestamp_micros(micros)
        .ok_or_else(|| StoreError::corrupt("looking for messages", "a time is out of range"))
}
