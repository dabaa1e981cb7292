use crate::failure::Failure;
use flate2::bufread::MultiGzDecoder;
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Cursor, IsTerminal, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// What is imported: a file or standard input, plain or compressed.
pub(super) struct Source {
    /// For messages.
    pub(super) name: String,
    /// In bytes as they are stored, so compressed ones; not known of a pipe.
    pub(super) size: Option<u64>,
    pub(super) text: Box<dyn BufRead + Send>,
    pub(super) bytes_read: BytesRead,
}

/// How many bytes of a source have been read, as they are stored.
#[derive(Clone, Default)]
pub(super) struct BytesRead(Arc<AtomicU64>);

impl BytesRead {
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

const BUFFER: usize = 256 * 1_024;

impl Source {
    pub(super) fn open(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = file.filter(|path| *path != "-") else {
            if file.is_none() && io::stdin().is_terminal() {
                return Err(Failure::new("no FILE to import, and nothing is piped in"));
            }
            return Self::of("stdin".to_owned(), None, io::stdin());
        };
        let name = path.display().to_string();
        let opened = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
        let (metadata, file) = opened.map_err(|error| Failure::because(format!("opening {name}"), &error))?;
        let size = metadata.is_file().then_some(metadata.len());
        Self::of(name, size, file)
    }

    fn of(name: String, size: Option<u64>, raw: impl Read + Send + 'static) -> Result<Self, Failure> {
        let bytes_read = BytesRead::default();
        let counted = Counted { raw, bytes_read: bytes_read.clone() };
        match decompressed(counted) {
            Ok(text) => Ok(Self { name, size, text, bytes_read }),
            Err(error) => Err(Failure::because(format!("reading {name}"), &error)),
        }
    }
}

/// Tells gzip by its first two bytes, no JSON text begins with them. A file may have several members, as `cat a.gz
/// b.gz` makes.
pub(super) fn decompressed(mut raw: impl Read + Send + 'static) -> io::Result<Box<dyn BufRead + Send>> {
    const GZIP: [u8; 2] = [0x1f, 0x8b];
    let mut start = Vec::with_capacity(GZIP.len());
    raw.by_ref().take(GZIP.len() as u64).read_to_end(&mut start)?;
    let is_gzip = start == GZIP;
    let all = BufReader::with_capacity(BUFFER, Cursor::new(start).chain(raw));
    Ok(match is_gzip {
        true => Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(all))),
        false => Box::new(all),
    })
}

struct Counted<R> {
    raw: R,
    bytes_read: BytesRead,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.raw.read(buffer)?;
        self.bytes_read.0.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}
