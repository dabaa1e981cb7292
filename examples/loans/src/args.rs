//! The command line.

use clap::Parser;
use loans::store::Place;
use std::path::{Path, PathBuf};

/// Replays the loan applications of a bank through an event-sourced domain, and reports what became of them.
///
/// Without a log, one is generated.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Args {
    /// The log, one JSON object a line, compressed with gzip or not.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["applications", "seed"])]
    pub(crate) log: Option<PathBuf>,

    /// How many applications to generate.
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    pub(crate) applications: u64,

    /// Which log to generate: the same seed means the same log everywhere.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,

    /// Where to keep the events: `sqlite:PATH`, `postgres://USER@HOST/DATABASE` or `memory:`. By default a file of the log's own in `target/loans`.
    #[arg(long, value_name = "URL")]
    store: Option<Place>,

    /// Print the numbers of the report as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Args {
    pub(crate) fn store(&self) -> Place {
        self.store.clone().unwrap_or_else(|| {
            let name = match &self.log {
                Some(log) => stem(log),
                None => format!("generated-{}-{}", self.applications, self.seed),
            };
            Place::Sqlite(Path::new("target/loans").join(name).with_extension("db"))
        })
    }
}

/// `bpic2012` of `../data/bpic2012.ndjson.gz`.
fn stem(log: &Path) -> String {
    let name = log.file_name().unwrap_or_default().to_string_lossy();
    name.split('.').find(|part| !part.is_empty()).unwrap_or("log").to_owned()
}
