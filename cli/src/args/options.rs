use super::Filter;
use crate::store::{Category, StreamId, limits};
use std::path::PathBuf;

pub(super) const IMPORT_EXAMPLES: &str = "\
The file has one JSON object a line, one line an event, as \"factum export\" writes them; gzip is recognised.
The events keep their order. Those that are in the log already are skipped, so an import that was
interrupted goes on when it is run again. Empty lines are ignored.

Examples:
  factum import orders.ndjson.gz
  zcat orders-*.ndjson.gz | factum import
  factum --store memory: import orders.ndjson       only check the file";

/// Options of `import`.
#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// The file; "-", or nothing when something is piped in, is standard input
    pub(crate) file: Option<PathBuf>,
    /// How many lines are appended at once, all or none of them
    #[arg(long, value_name = "LINES", default_value_t = 10_000, value_parser = batch())]
    pub(crate) batch: u64,
    /// Report lines that cannot be imported and go on (the exit code is 1 then)
    #[arg(long)]
    pub(crate) skip_bad_lines: bool,
}

fn batch() -> clap::builder::RangedU64ValueParser<u64> {
    clap::value_parser!(u64).range(1..=limits::EVENTS_PER_APPEND as u64)
}

pub(super) const EXPORT_EXAMPLES: &str = "\
A file appears under its name only once it is complete.

Examples:
  factum export backup.ndjson.gz
  factum export --category order --since 2026-01-01 | jq .data
  factum export | factum --store sqlite:copy.db import";

/// Options of `export`.
#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// The file; standard output by default and for "-"
    pub(crate) file: Option<PathBuf>,
    /// Compress, as for a file whose name ends in .gz
    #[arg(long)]
    pub(crate) gzip: bool,
    #[command(flatten)]
    pub(crate) filter: Filter,
}

/// Options of `streams`.
#[derive(Debug, clap::Args)]
pub(crate) struct Streams {
    /// Only streams of this category
    #[arg(long)]
    pub(crate) category: Option<Category>,
}

pub(super) const SHOW_EXAMPLES: &str = "\
Examples:
  factum show order-4711
  factum show order-4711 --json | jq .data";

/// Options of `show`.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// The stream, as category-key
    pub(crate) stream: StreamId,
}

pub(super) const LOG_EXAMPLES: &str = "\
Examples:
  factum log --reverse --limit 20                   the last events
  factum log --type OrderPaid --type OrderShipped   events of two types
  factum log --tag customer:7 --tag country:is      events with both tags
  factum log --stream order-4711 --follow           what happens to one order
  factum log --after 120000 --json | jq .data       from a position on, for programs
  factum log --after 2026-01-31T12:00:00Z           from where the log was at a time on";

/// Options of `log`.
#[derive(Debug, clap::Args)]
pub(crate) struct Log {
    #[command(flatten)]
    pub(crate) filter: Filter,
    /// Newest first
    #[arg(long, conflicts_with = "follow")]
    pub(crate) reverse: bool,
    /// Go on with events that are written from now on, until Ctrl-C
    #[arg(long, short)]
    pub(crate) follow: bool,
}

pub(super) const STATS_NOTES: &str = "\
Days are days in UTC, by when events happened. A stream counts as open from the earliest to the latest of its events, both
moments included: where one ends at the moment at which another begins, both are open.";
