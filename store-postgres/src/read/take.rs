use crate::row::{Line, Payloads};
use factum_core::limits;
use futures_util::TryStreamExt;
use std::pin::pin;
use tokio_postgres::{Row, RowStream};

/// The lines of one page.
pub(crate) struct Taken {
    pub(crate) lines: Vec<Line>,
    /// Whether there are no more; otherwise the limit of events or of bytes was reached.
    pub(crate) all: bool,
    /// Whether there was more than fits, which the server is still sending.
    pub(crate) is_cut: bool,
    /// Whether twice as many would have fitted.
    pub(crate) is_small: bool,
}

/// Room for so many lines at first. Most streams are shorter than a page.
const ROOM: usize = 64;

/// Collects the lines of a page, up to the limit of events or of bytes.
pub(crate) struct Taking {
    lines: Vec<Line>,
    bytes: usize,
    limit: usize,
    is_cut: bool,
}

impl Taking {
    pub(crate) fn new(limit: usize) -> Self {
        Self::with_room(limit, limit.min(ROOM))
    }

    /// With room for the whole page at once.
    pub(crate) fn long(limit: usize) -> Self {
        Self::with_room(limit, limit.min(limits::PAGE_EVENTS))
    }

    fn with_room(limit: usize, room: usize) -> Self {
        Self { lines: Vec::with_capacity(room), bytes: 0, limit, is_cut: false }
    }

    /// False if there is no room for another one.
    pub(crate) fn add(&mut self, line: Line) -> bool {
        self.bytes += line.payload.len();
        self.lines.push(line);
        self.is_cut |= self.bytes >= limits::PAGE_BYTES && self.lines.len() < self.limit;
        !self.is_cut
    }

    pub(crate) fn has_room(&self) -> bool {
        !self.is_cut && self.lines.len() < self.limit
    }

    pub(crate) fn end(self) -> Taken {
        let Self { lines, bytes, limit, is_cut } = self;
        let all = lines.len() < limit && !is_cut;
        Taken { lines, all, is_cut, is_small: bytes < limits::PAGE_BYTES / 2 }
    }
}

/// Takes the rows of one page, each of which `see` is shown.
pub(crate) async fn take(
    rows: RowStream,
    limit: usize,
    mut see: impl FnMut(&Row),
) -> Result<Taken, tokio_postgres::Error> {
    let mut rows = pin!(rows);
    let mut taking = Taking::new(limit);
    let mut payloads = Payloads::default();
    while let Some(row) = rows.try_next().await? {
        see(&row);
        // A row without an event says something about the others.
        let is_event = row.get::<_, Option<i64>>(1).is_some();
        if is_event && !taking.add(Line::of(&row, &mut payloads)) {
            break;
        }
    }
    Ok(taking.end())
}
