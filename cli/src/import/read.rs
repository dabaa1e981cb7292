use super::{
    batch::{BadLine, Batch},
    lines::{Found, Lines},
    source::Source,
};
use crate::args::Import;
use std::{io, thread};
use tokio::sync::mpsc::{Receiver, channel};

/// Bytes of payload after which a batch is cut, so that memory stays bounded whatever the events' size.
const BATCH_BYTES: usize = 8 * 1_024 * 1_024;

/// Batches that wait for the writer: enough to keep it busy.
const AHEAD: usize = 2;

/// Reads batches in a thread of its own, until the source ends, a line is bad (unless those are skipped), or nobody
/// receives.
///
/// Not a task: standard input may block for ever, and the process has to be able to end all the same.
pub(super) fn spawn(source: Source, options: &Import) -> Receiver<Batch> {
    let (sender, receiver) = channel(AHEAD);
    let (limit, skips) = (options.batch, options.skip_bad_lines);
    thread::spawn(move || {
        let name = source.name;
        let mut lines = Lines::new(source.text);
        loop {
            let mut batch = Batch::default();
            let more = fill(&mut batch, &mut lines, limit, skips).unwrap_or_else(|error| {
                batch.failed = Some(format!("reading {name} after line {}: {error}", lines.number));
                false
            });
            batch.last_line = lines.number;
            batch.bytes_read = source.bytes_read.get();
            let is_nothing = batch.entries.is_empty() && batch.bad.is_empty() && batch.failed.is_none();
            if !is_nothing && sender.blocking_send(batch).is_err() || !more {
                return;
            }
        }
    });
    receiver
}

/// Whether there is more to read.
pub(super) fn fill<R: io::BufRead>(
    batch: &mut Batch,
    lines: &mut Lines<R>,
    limit: u64,
    skips: bool,
) -> io::Result<bool> {
    let mut read = 0;
    while read < limit && batch.bytes < BATCH_BYTES {
        let Some(found) = lines.next()? else { return Ok(false) };
        match found {
            Found::Line(line) if line.iter().all(u8::is_ascii_whitespace) => continue,
            Found::Line(line) => {
                let line = line.to_owned();
                batch.read(lines.number, &line);
            }
            Found::TooLong(most) => {
                let reason = format!("the line has more than {most} bytes");
                batch.bad.push(BadLine { line: lines.number, reason });
            }
        }
        if !skips && !batch.bad.is_empty() {
            return Ok(false);
        }
        read += 1;
    }
    Ok(true)
}
