//! A log in a file: one JSON object a line, compressed with gzip or not.

use factum::ndjson::{Line, LineError};
use flate2::read::MultiGzDecoder;
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek},
    path::{Path, PathBuf},
};

/// What every gzip file begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The lines of the log at `path`.
///
/// # Errors
/// [`FileError`] when the file cannot be opened.
pub fn open(path: &Path) -> Result<impl Iterator<Item = Result<Line, FileError>>, FileError> {
    let unreadable = |why| FileError::Unreadable { path: path.to_owned(), why };
    let lines = lines(path).map_err(unreadable)?;
    Ok(lines.zip(1..).map(move |(line, number)| {
        let line = line.map_err(unreadable)?;
        Line::parse(&line).map_err(|why| FileError::NoEvent { path: path.to_owned(), line: number, why })
    }))
}

fn lines(path: &Path) -> io::Result<impl Iterator<Item = io::Result<Vec<u8>>>> {
    let mut file = File::open(path)?;
    let mut head = Vec::with_capacity(GZIP.len());
    file.by_ref().take(GZIP.len() as u64).read_to_end(&mut head)?;
    file.rewind()?;
    let text: Box<dyn Read> = if head == GZIP { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    Ok(BufReader::with_capacity(1 << 16, text).split(b'\n'))
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
    /// A line is no event.
    #[error("reading line {line} of {}", path.display())]
    NoEvent {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        why: LineError,
    },
}
