//! Long pages, read by COPY: the server sends each event as it lies in its pages, without a description that would have to be
//! looked at for each of its columns, and payloads are used where they have been received.

use super::take::{Taken, Taking};
use crate::{
    error::IntoStoreError,
    link::Link,
    row::{Line, Micros},
    sql::Read,
};
use bytes::{Buf, Bytes};
use factum_core::{Position, StoreError};
use futures_util::TryStreamExt;
use std::{error::Error, pin::pin};
use tokio_postgres::CopyOutStream;
use uuid::Uuid;

/// Pages of so many events are worth a second statement, which says what they are.
pub(super) const WORTH: usize = 1_000;

/// Why a copy came to nothing.
pub(super) enum Broken {
    Sql(tokio_postgres::Error),
    /// What came is no event.
    Unreadable(Box<dyn Error + Send + Sync>),
}

impl From<tokio_postgres::Error> for Broken {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Sql(error)
    }
}

impl Broken {
    pub(super) fn doing(self, doing: &str) -> StoreError {
        match self {
            Self::Sql(error) => error.into_store_error(doing.to_owned()),
            Self::Unreadable(error) => StoreError::corrupt(doing, error),
        }
    }
}

/// At most `limit` events between two positions.
pub(super) async fn take(
    link: &mut Link,
    sql: &Read,
    after: Position,
    before: Position,
    limit: usize,
) -> Result<Taken, Broken> {
    let [after, before] = [after, before].map(|bound| (bound.get() as i64).to_string());
    let limit_text = limit.to_string();
    let rows = async |rows: CopyOutStream| {
        let mut rows = pin!(rows);
        let mut taking = Taking::long(limit);
        let mut is_first = true;
        while let Some(mut row) = rows.try_next().await? {
            if std::mem::take(&mut is_first) {
                skip_header(&mut row).map_err(Broken::Unreadable)?;
            }
            if let Some(line) = line(row).map_err(Broken::Unreadable)?
                && !taking.add(line)
            {
                break;
            }
        }
        Ok(taking.end())
    };
    link.copy((&sql.choose_page, &[&after, &before, &limit_text]), &sql.copy_page, rows).await?
}

/// What a binary COPY begins with: eleven bytes that are always the same, flags, and the length of what may follow them.
fn skip_header(row: &mut Bytes) -> Result<(), Box<dyn Error + Send + Sync>> {
    const FIXED: &[u8] = b"PGCOPY\n\xff\r\n\0";
    if row.len() < FIXED.len() + 8 || !row.starts_with(FIXED) {
        return Err("it does not begin as a binary COPY does".into());
    }
    row.advance(FIXED.len() + 4);
    let more = row.get_u32() as usize;
    if row.len() < more {
        return Err("the header of a binary COPY is cut off".into());
    }
    row.advance(more);
    Ok(())
}

const COLUMNS: i16 = 7;

/// `None` at the end.
fn line(mut row: Bytes) -> Result<Option<Line>, Box<dyn Error + Send + Sync>> {
    match row.try_get_i16()? {
        -1 => return Ok(None),
        COLUMNS => {}
        other => return Err(format!("{other} columns instead of {COLUMNS}").into()),
    }
    let payload = column(&mut row)?.ok_or("an event without payload")?;
    Ok(Some(Line {
        payload,
        position: Position::new(i64::from_be_bytes(fixed(&mut row)?) as u64),
        place: i64::from_be_bytes(fixed(&mut row)?),
        recorded_at: Micros::from_2000(i64::from_be_bytes(fixed(&mut row)?)),
        event_type: i16::from_be_bytes(fixed(&mut row)?),
        id: Uuid::from_bytes(fixed(&mut row)?),
        details: match column(&mut row)? {
            Some(details) => Some(std::str::from_utf8(&details)?.into()),
            None => None,
        },
    }))
}

/// `None` for NULL.
fn column(row: &mut Bytes) -> Result<Option<Bytes>, Box<dyn Error + Send + Sync>> {
    let length = row.try_get_i32()?;
    let Ok(length) = usize::try_from(length) else { return Ok(None) };
    if row.len() < length {
        return Err("a column that is cut off".into());
    }
    Ok(Some(row.split_to(length)))
}

/// A column whose type has a length of its own.
fn fixed<const LENGTH: usize>(row: &mut Bytes) -> Result<[u8; LENGTH], Box<dyn Error + Send + Sync>> {
    if usize::try_from(row.try_get_i32()?) != Ok(LENGTH) || row.len() < LENGTH {
        return Err(format!("a column that should have {LENGTH} bytes").into());
    }
    let mut bytes = [0; LENGTH];
    row.copy_to_slice(&mut bytes);
    Ok(bytes)
}
