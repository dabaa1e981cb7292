//! The log in a file: one JSON object a line, compressed or not.

use super::{Entry, EntryError};
use factum::ndjson::Line;
use flate2::read::MultiGzDecoder;
use indicatif::ProgressBar;
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek},
    path::{Path, PathBuf},
};

/// What every gzip file begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The entries of the log at `path`. `progress` follows the bytes that are read of the file.
///
/// # Errors
/// [`FileError`] when the file cannot be opened.
pub fn open(
    path: &Path,
    progress: &ProgressBar,
) -> Result<impl Iterator<Item = Result<Entry, FileError>>, FileError> {
    let unreadable = |why| FileError::Unreadable { path: path.to_owned(), why };
    let lines = lines(path, progress).map_err(unreadable)?;
    Ok(lines.zip(1..).map(move |(line, number)| {
        let line = line.map_err(unreadable)?;
        entry(&line).map_err(|why| FileError::NotAnEntry { path: path.to_owned(), line: number, why })
    }))
}

fn lines(path: &Path, progress: &ProgressBar) -> io::Result<impl Iterator<Item = io::Result<Vec<u8>>>> {
    let mut file = File::open(path)?;
    progress.set_length(file.metadata()?.len());

    let mut head = Vec::with_capacity(GZIP.len());
    file.by_ref().take(GZIP.len() as u64).read_to_end(&mut head)?;
    file.rewind()?;

    let file = progress.wrap_read(file);
    let text: Box<dyn Read> = if head == GZIP { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    Ok(BufReader::with_capacity(1 << 16, text).split(b'\n'))
}

fn entry(line: &[u8]) -> Result<Entry, EntryError> {
    Line::parse(line)?.try_into()
}

/// A log cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The file is not there, or broken.
    #[error("reading {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        why: io::Error,
    },
    /// A line is something else.
    #[error("reading line {line} of {}", path.display())]
    NotAnEntry {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        why: EntryError,
    },
}
