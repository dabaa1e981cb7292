//! The file: a preface of eight bytes that say what it is, the sixteen of the log's id and a CRC-32 of all these; then
//! [frames](frame).
//!
//! One call writes one frame, and no frame is begun before the last one was flushed. So whatever a crash leaves behind,
//! be it of the process or of the machine, only the last frame can be broken, and it was not acknowledged. A broken
//! frame with a whole one behind it is damage, which nobody may repair by cutting.

use crate::{
    error::{corrupt, incompatible, opening},
    frame,
    lock::Locked,
    schema::Record,
};
use factum_core::{LogId, StoreError};
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    mem,
    path::Path,
};
use uuid::Uuid;

/// The digit is the version of the format.
const MAGIC: [u8; 8] = *b"factum 1";
const PREFACE: usize = 8 + 16 + 4;

pub(crate) struct Journal {
    /// Positioned at its end.
    file: Locked,
    log: LogId,
    /// The body of the next frame.
    staged: Vec<u8>,
    /// Set while a frame is being written, and left so if that fails.
    broken: bool,
}

impl Journal {
    /// The journal at `path`, and what was written to it.
    pub(crate) fn open(path: &Path) -> Result<(Self, Vec<Record>), StoreError> {
        let mut file = Locked::open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(opening(path))?;
        let known = bytes.len().min(MAGIC.len());
        if bytes[..known] != MAGIC[..known] {
            return Err(incompatible(path));
        }
        // One that does not even have its whole preface was just being made.
        if bytes.len() < PREFACE {
            bytes = preface(LogId::random());
            make(&mut file, path, &bytes).map_err(opening(path))?;
        }
        let log = LogId(Uuid::from_slice(&bytes[8..24]).expect("an id has sixteen bytes"));
        if bytes[..PREFACE] != preface(log) {
            return Err(corrupt(path, "the id of the log is broken"));
        }
        let (records, end) = records(&bytes, log, path)?;
        // Flushed even if nothing is cut: a process that was killed may have written a frame and not flushed it, and
        // who reads it from us must not see it vanish with the power.
        file.set_len(end as u64).and_then(|()| file.sync_all()).map_err(opening(path))?;
        file.seek(SeekFrom::Start(end as u64)).map_err(opening(path))?;
        Ok((Self { file, log, staged: Vec::new(), broken: false }, records))
    }

    pub(crate) const fn log(&self) -> LogId {
        self.log
    }

    pub(crate) const fn is_broken(&self) -> bool {
        self.broken
    }

    /// Puts `record` into the next frame.
    pub(crate) fn stage(&mut self, record: &Record) {
        let staged = mem::take(&mut self.staged);
        self.staged = postcard::to_extend(record, staged).expect("an append is checked before it is staged");
    }

    /// Writes what is staged as one frame, and waits until the disk has it.
    pub(crate) fn flush(&mut self) -> Result<(), StoreError> {
        if self.staged.is_empty() {
            return Ok(());
        }
        self.broken = true;
        let frame = frame::around(&mem::take(&mut self.staged), self.log);
        self.file
            .write_all(&frame)
            .and_then(|()| self.file.sync_data())
            .map_err(|error| StoreError::new("writing to the file of the log", error))?;
        self.broken = false;
        Ok(())
    }
}

fn preface(log: LogId) -> Vec<u8> {
    let preface = [&MAGIC[..], log.0.as_bytes()].concat();
    let sum = crc32fast::hash(&preface);
    [&preface[..], &sum.to_le_bytes()].concat()
}

fn make(file: &mut File, path: &Path, preface: &[u8]) -> io::Result<()> {
    file.rewind()?;
    file.write_all(preface)?;
    file.sync_all()?;
    // The file's name is in its folder, which has to reach the disk as well.
    #[cfg(unix)]
    File::open(path.canonicalize()?.parent().unwrap_or(path))?.sync_all()?;
    Ok(())
}

/// The records of all frames, and where the last whole one ends.
fn records(bytes: &[u8], log: LogId, path: &Path) -> Result<(Vec<Record>, usize), StoreError> {
    let (mut records, mut at) = (Vec::new(), PREFACE);
    while let Some(mut body) = frame::at(bytes, at, log) {
        at += frame::HEAD + body.len();
        while !body.is_empty() {
            let (record, rest) = postcard::take_from_bytes(body).map_err(|error| corrupt(path, error))?;
            records.push(record);
            body = rest;
        }
    }
    match (at + 1..bytes.len()).find(|later| frame::at(bytes, *later, log).is_some()) {
        Some(later) => {
            Err(corrupt(path, format!("the record at byte {at} is broken, and one at byte {later} is not")))
        }
        None => Ok((records, at)),
    }
}
