//! The `factum` command: looks into a log, imports and exports it, and sees to what is in quarantine.
//!
//! What was asked for goes to standard output; everything else, errors and progress bars, to standard error. Exit
//! codes: 0 done, 1 failed, 2 not a usable command line, 130 interrupted.

mod args;
mod docs;
mod export;
mod failure;
mod feed;
mod import;
mod init;
mod log;
mod output;
mod payload;
mod process;
mod progress;
mod projection;
mod quarantine;
mod record;
mod run;
mod show;
mod stats;
mod store;
mod streams;
mod trace;

use clap::Parser;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    run::run(args::Args::parse()).await
}
