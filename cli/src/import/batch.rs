use crate::store::{Line, NewEvent, StreamVersion};

/// Lines that are appended together, all or none.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) entries: Vec<Entry>,
    /// Lines that are not events.
    pub(super) bad: Vec<BadLine>,
    /// The last line that was looked at for this batch.
    pub(super) last_line: u64,
    /// How far the source had been read by then.
    pub(super) bytes_read: u64,
    /// Why the source could not be read any further.
    pub(super) failed: Option<String>,
    /// Of the payloads.
    pub(super) bytes: usize,
}

/// A line that is an event.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) line: u64,
    pub(super) version: StreamVersion,
    /// Whether the id follows from stream and version, and so proves them.
    pub(super) has_derived_id: bool,
    pub(super) event: NewEvent,
}

/// A line that cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BadLine {
    pub(super) line: u64,
    pub(super) reason: String,
}

impl BadLine {
    pub(super) fn at(&self, file: &str) -> String {
        format!("{file}:{}: {}", self.line, self.reason)
    }
}

impl Batch {
    pub(super) fn read(&mut self, number: u64, text: &[u8]) {
        match Entry::read(number, text) {
            Ok(entry) => {
                self.bytes += entry.event.payload.len();
                self.entries.push(entry);
            }
            Err(reason) => self.bad.push(BadLine { line: number, reason }),
        }
    }
}

impl Entry {
    fn read(number: u64, text: &[u8]) -> Result<Self, String> {
        let line = Line::parse(text).map_err(|why| why.to_string())?;
        let (version, has_derived_id) = (line.version, line.id.is_none());
        let event = line.into_event();
        event.check().map_err(|why| why.to_string())?;
        Ok(Self { line: number, version, has_derived_id, event })
    }

    pub(super) fn bad(&self, reason: String) -> BadLine {
        BadLine { line: self.line, reason }
    }
}
