use crate::{PgStore, error::Context};
use async_trait::async_trait;
use chrono::DateTime;
use factum_core::{ConsumerName, InboxStore, MessageKey, StoreError, Timestamp};
use sqlx::PgConnection;
use std::collections::{HashMap, HashSet};

/// So many messages are forgotten by one statement, so that no transaction is long.
const PIECE: i64 = 1_000;

#[async_trait]
impl InboxStore for PgStore {
    async fn receive(
        &self,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<Vec<bool>, StoreError> {
        if messages.is_empty() {
            return Ok(Vec::new());
        }
        let database = &self.inner.database;
        let receive = &database.sql.inbox.receive;
        let keys = texts(messages);
        let rows = database.query("receiving messages", receive, &[&consumer.as_str(), &keys]).await?;
        Ok(answers(messages, rows.iter().map(|row| row.get(0)).collect()))
    }

    async fn received(
        &self,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<Vec<Option<Timestamp>>, StoreError> {
        if messages.is_empty() {
            return Ok(Vec::new());
        }
        let doing = "looking for messages";
        let database = &self.inner.database;
        let received = &database.sql.inbox.received;
        let rows = database.query(doing, received, &[&consumer.as_str(), &texts(messages)]).await?;
        let mut times = HashMap::with_capacity(rows.len());
        for row in &rows {
            let time = DateTime::from_timestamp_micros(row.get(1))
                .ok_or_else(|| StoreError::corrupt(doing, "a time is out of range"))?;
            times.insert(row.get::<_, &str>(0), time);
        }
        Ok(messages.iter().map(|message| times.get(message.as_str()).copied()).collect())
    }

    async fn forget(&self, consumer: &ConsumerName, time: Timestamp) -> Result<u64, StoreError> {
        let doing = "forgetting messages";
        let database = &self.inner.database;
        // PostgreSQL's times begin later than ours. Nothing was received before 1970.
        let time = time.timestamp_micros().max(0);
        let mut all = 0;
        loop {
            let forget = &database.sql.inbox.forget;
            let rows = database.query(doing, forget, &[&consumer.as_str(), &time, &PIECE]).await?;
            let row = rows.first().ok_or_else(|| StoreError::new(doing, "the server gave no row"))?;
            let (forgotten, found): (i64, i64) = (row.get(0), row.get(1));
            all += forgotten as u64;
            if found < PIECE {
                return Ok(all);
            }
        }
    }
}

impl PgStore {
    /// Receives messages, as [`InboxStore::receive`] does, in a transaction of the caller's: their keys are kept when it has
    /// committed, together with what else it does, and never if it is rolled back.
    ///
    /// ```no_run
    /// # use factum_core::{ConsumerName, MessageKey};
    /// # use factum_store_postgres::{PgStore, sqlx};
    /// # async fn run(store: PgStore, billing: ConsumerName, message: MessageKey) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut transaction = store.pool().begin().await?;
    /// if store.receive_in(&mut transaction, &billing, &[message]).await?[0] {
    ///     sqlx::query("UPDATE invoices SET paid = paid + 30").execute(&mut *transaction).await?;
    /// }
    /// transaction.commit().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Events can be appended beside it with [`append_in`](Self::append_in).
    ///
    /// # Caller's duties
    /// End the transaction soon. Until then whoever receives one of the messages for the same consumer waits, and is told
    /// what has become of it: known if the transaction committed, new if it was rolled back.
    ///
    /// Name all messages in one call. Two transactions whose calls name the same messages in different orders wait for each
    /// other, and PostgreSQL ends one of them.
    ///
    /// # Errors
    /// [`StoreError`]; the transaction cannot go on then.
    pub async fn receive_in(
        &self,
        transaction: &mut PgConnection,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<Vec<bool>, StoreError> {
        if messages.is_empty() {
            return Ok(Vec::new());
        }
        let receive = self.inner.database.sql.inbox.receive.text.as_str();
        let new: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(receive))
            .persistent(self.inner.persistent)
            .bind(consumer.as_str())
            .bind(texts(messages))
            .fetch_all(transaction)
            .await
            .doing("receiving messages in a transaction")?;
        Ok(answers(messages, new.iter().map(String::as_str).collect()))
    }
}

fn texts(messages: &[MessageKey]) -> Vec<&str> {
    messages.iter().map(MessageKey::as_str).collect()
}

/// Which of `messages` are new: each that is in `new`, the first time that it is named.
fn answers(messages: &[MessageKey], mut new: HashSet<&str>) -> Vec<bool> {
    messages.iter().map(|message| new.remove(message.as_str())).collect()
}
