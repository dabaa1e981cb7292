use factum_core::limits;
use futures_util::TryStreamExt;
use std::pin::pin;
use tokio_postgres::{Row, RowStream};

/// The rows of one page.
pub(crate) struct Taken {
    pub(crate) rows: Vec<Row>,
    /// Whether there are no more; otherwise the limit of events or of bytes was reached.
    pub(crate) all: bool,
    /// Whether there was more than fits, which the server is still sending.
    pub(crate) is_cut: bool,
    /// Whether twice as many would have fitted.
    pub(crate) is_small: bool,
}

/// Room for so many rows at first. Most streams are shorter than a page.
const ROOM: usize = 64;

/// Takes rows whose first column is the payload, up to the limit of events or of bytes. A row without a payload, which says
/// something about the others, is taken like any other.
pub(crate) async fn take(rows: RowStream, limit: usize) -> Result<Taken, tokio_postgres::Error> {
    let mut rows = pin!(rows);
    let mut taken = Vec::with_capacity(limit.min(ROOM));
    let mut bytes = 0;
    while let Some(row) = rows.try_next().await? {
        bytes += row.get::<_, Option<&[u8]>>(0).map_or(0, <[u8]>::len);
        taken.push(row);
        if bytes >= limits::PAGE_BYTES && taken.len() < limit {
            return Ok(Taken { rows: taken, all: false, is_cut: true, is_small: false });
        }
    }
    let all = taken.len() < limit;
    Ok(Taken { rows: taken, all, is_cut: false, is_small: bytes < limits::PAGE_BYTES / 2 })
}
