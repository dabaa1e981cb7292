//! The command line.

mod after;
mod docs;
mod filter;
mod options;
mod process;
mod projection;
mod quarantine;
mod time;
mod trace;

pub(crate) use self::{
    after::After,
    docs::{Docs, Looked, Server},
    filter::Filter,
    options::{Export, Import, Log, Show, Streams},
    process::{ListInstances, Process, RetryInstance, ShowInstance},
    projection::{Diff, Drop, Of, Projection, Rebuild, Repair},
    quarantine::{List, Quarantine, Replay, Retry, ShowLane, Skip},
    trace::{Trace, TraceId},
};

use crate::store::{StoreUrl, UrlParser};
use clap::{Parser, Subcommand};

const EXAMPLES: &str = "\
Examples:
  factum import orders.ndjson.gz                    fill the store ./factum.db; run again, it adds only what is new
  factum stats                                      how much is in it, of which types, from when to when
  factum show order-4711                            the history of one stream
  factum log --type OrderPaid --since 2026-01-01    events of one type from a day on
  factum log --follow                               print events as they are written, also by other processes
  factum trace 120001                               what led to an event, and what it led to
  factum export backup.ndjson.gz                    the whole log as a file
  factum quarantine list                            the events that could not be applied, and why
  factum projection list                            how far each projection is, and who runs it
  factum process list                               what processes wait for, and which are stuck
  factum docs asyncapi                              what is published, as an AsyncAPI document
  factum --store sqlite:/var/lib/app.db stats       another store; FACTUM_STORE names it for good
  factum --store postgres://app@db/bank stats       one in PostgreSQL; see below

Behind the ? of a postgres:// URL, with & between them, may be
  schema=NAME       where its tables are, if not in factum
  migrate=false     not to make them: an administrator does
  pooler=true       there is a pooler in transaction mode, such as PgBouncer, before the server
  sslmode=MODE      as for psql, with sslrootcert=FILE

Exit codes: 0 done, 1 failed, 2 not a usable command line, 130 interrupted.";

/// Look into an event log, import and export it, and see to projections and to what is in quarantine.
#[derive(Debug, Parser)]
#[command(name = "factum", version, propagate_version = true, after_help = EXAMPLES, max_term_width = 110)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Global {
    // What is said of it is for people who read it in a terminal.
    #[allow(clippy::doc_markdown)]
    /// Which store: sqlite:PATH, postgres://USER@HOST/DATABASE, or memory: (always empty at first; an import into it only
    /// checks the file)
    #[arg(
        long,
        value_parser = UrlParser,
        value_name = "URL",
        default_value = "sqlite:factum.db",
        env = "FACTUM_STORE",
        hide_env_values = true
    )]
    #[arg(global = true, help_heading = GLOBAL)]
    pub(crate) store: StoreUrl,
    /// Print JSON for programs, one object a line; errors too, on standard error
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(crate) json: bool,
    /// Print only what was asked for and errors: no progress and, without --json, no summary
    #[arg(long, short, global = true, help_heading = GLOBAL)]
    pub(crate) quiet: bool,
}

/// Keeps them apart from the options of a command.
const GLOBAL: &str = "Options of all commands";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make the store; one that is there already is left as it is
    Init,
    /// Append the events of a file to the log
    #[command(after_help = options::IMPORT_EXAMPLES)]
    Import(Import),
    /// Write the log, or part of it, to a file or to standard output
    #[command(after_help = options::EXPORT_EXAMPLES)]
    Export(Export),
    /// List streams and how many events they have
    Streams(Streams),
    /// Show the events of one stream
    #[command(after_help = options::SHOW_EXAMPLES)]
    Show(Show),
    /// Print events in the order of the log
    #[command(after_help = options::LOG_EXAMPLES)]
    Log(Log),
    /// Show what a request has set off, from its first event to the last effect
    #[command(after_help = trace::NOTES)]
    Trace(Trace),
    /// Print documents about the events: AsyncAPI, or a catalogue for people
    #[command(subcommand, after_help = docs::NOTES)]
    Docs(Docs),
    /// Count events, streams, types and days
    #[command(after_help = options::STATS_NOTES)]
    Stats,
    /// See to events that a consumer, such as a projection, could not apply
    #[command(subcommand, after_help = quarantine::NOTES)]
    Quarantine(Quarantine),
    /// See to processes: what their instances remember, wait for and are stuck with
    #[command(subcommand, after_help = process::NOTES)]
    Process(Process),
    /// See how far projections are, and have read models made anew
    #[command(subcommand, after_help = projection::NOTES)]
    Projection(Projection),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }
}
