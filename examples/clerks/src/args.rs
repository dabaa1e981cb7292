//! The command line.

use clap::Parser;
use clerks::store::Place;
use std::path::{Path, PathBuf};

/// Finds the days on which a clerk's work took unusually long, or was unusually quick, in the log of a bank.
///
/// Without a log, one is made up, in which one clerk is slow on one day.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Args {
    /// The log, one JSON object a line, compressed with gzip or not.
    #[arg(long, value_name = "FILE", conflicts_with = "seed")]
    pub(crate) log: Option<PathBuf>,

    /// Which log to make up: the same seed means the same log everywhere.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,

    /// Where to keep the events: `sqlite:PATH`, `postgres://USER@HOST/DATABASE` or `memory:`. By default a file of the log's own in `target/clerks`.
    #[arg(long, value_name = "URL")]
    store: Option<Place>,

    /// List at most so many findings, the farthest off first.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) top: usize,
}

impl Args {
    pub(crate) fn store(&self) -> Place {
        self.store.clone().unwrap_or_else(|| {
            let name = match &self.log {
                Some(log) => stem(log),
                None => format!("generated-{}", self.seed),
            };
            Place::Sqlite(Path::new("target/clerks").join(name).with_extension("db"))
        })
    }
}

/// `bpic2012` of `../data/bpic2012.ndjson.gz`.
fn stem(log: &Path) -> String {
    let name = log.file_name().unwrap_or_default().to_string_lossy();
    name.split('.').find(|part| !part.is_empty()).unwrap_or("log").to_owned()
}
