use super::{
    Shared,
    batch::{Batch, Found},
    job::Outcome,
    prepared::Prepared,
    writer::{Broken, remember},
};
use crate::{link::Link, row::Micros};
use factum_core::StoreError;
use std::{collections::HashSet, error::Error as StdError, pin::pin};
use tokio_postgres::{
    Client, Error,
    binary_copy::BinaryCopyInWriter,
    types::{IsNull, ToSql, Type, to_sql_checked},
};

/// A long append: its places are reserved as for any other, and then its events are copied into the table, all in one
/// transaction. That takes half the time of a statement for as many.
pub(super) async fn append(
    link: &mut Link,
    shared: &Shared,
    append: &Prepared,
    patience: Option<String>,
) -> Result<Vec<Outcome>, Broken> {
    let batch = Batch::new(&[append], Some(&shared.names), true, patience)?;
    let seen = shared.names.seen();
    link.run("BEGIN").await?;
    match copy(link, shared, append, &batch).await {
        Ok((found, outcomes)) => {
            link.run("COMMIT").await?;
            remember(&seen, &[append], &found, &outcomes);
            Ok(outcomes)
        }
        Err(error) => {
            // If this fails too, the connection is gone, and the transaction with it.
            let _ = link.run("ROLLBACK").await;
            Err(error)
        }
    }
}

async fn copy(
    link: &mut Link,
    shared: &Shared,
    append: &Prepared,
    batch: &Batch<'_>,
) -> Result<(Found, Vec<Outcome>), Broken> {
    let sql = &shared.database.sql.append;
    let rows = link.query(&sql.batch, &batch.parameters()).await?;
    let row = rows.first().ok_or_else(|| StoreError::corrupt("appending", "the function gave no row"))?;
    let found = Found::read(row)?;
    let outcomes = found.outcomes(shared.log, &[append]);
    if outcomes.iter().all(Result::is_ok) {
        let (client, driver) = link.parts();
        let copied = async {
            copy_events(client, &sql.copy_events.text, append, &found).await?;
            copy_tags(client, &sql.copy_tags.text, append, &found).await
        };
        driver.drive(copied).await?;
    }
    Ok((found, outcomes))
}

async fn copy_events(client: &Client, sql: &str, append: &Prepared, found: &Found) -> Result<(), Error> {
    let types = [Type::INT8, Type::INT8, Type::TIMESTAMPTZ, Type::INT2, Type::UUID, Type::BYTEA, Type::TEXT];
    let mut rows = pin!(BinaryCopyInWriter::new(client.copy_in(sql).await?, &types));
    let events = append.append.events.iter().zip(&append.events).zip(&found.positions);
    for ((event, place), position) in events {
        let version = found.versions[place.head] as u64 + place.nth as u64;
        let in_stream = crate::place::place(found.streams[place.head], version);
        let payload: &[u8] = &event.payload;
        rows.as_mut()
            .write(&[
                position,
                &in_stream,
                &found.at,
                &place.event_type,
                &event.id.0,
                &payload,
                &place.details,
            ])
            .await?;
    }
    rows.as_mut().finish().await.map(drop)
}

async fn copy_tags(client: &Client, sql: &str, append: &Prepared, found: &Found) -> Result<(), Error> {
    if append.append.events.iter().all(|event| event.tags.is_empty()) {
        return Ok(());
    }
    let mut rows = pin!(BinaryCopyInWriter::new(client.copy_in(sql).await?, &[Type::TEXT, Type::INT8]));
    for (event, position) in append.append.events.iter().zip(&found.positions) {
        let mut written = HashSet::new();
        for tag in event.tags.iter().map(factum_core::Tag::as_str).filter(|tag| written.insert(*tag)) {
            rows.as_mut().write(&[&tag, position]).await?;
        }
    }
    rows.as_mut().finish().await.map(drop)
}

impl ToSql for Micros {
    fn to_sql(&self, _: &Type, out: &mut bytes::BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        out.extend_from_slice(&self.since_2000().to_be_bytes());
        Ok(IsNull::No)
    }

    fn accepts(wanted: &Type) -> bool {
        *wanted == Type::TIMESTAMPTZ
    }

    to_sql_checked!();
}

impl std::fmt::Debug for Micros {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} us", self.0)
    }
}
