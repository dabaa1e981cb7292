//! Measures Factum. One JSON line a figure: who, what, its values and those of the floor measured beside each of them.
//!
//! The floor is the least that the storage engine can do with the same rows, so that a ratio holds on any machine.

mod account;
mod figure;
mod floor;
mod place;
mod workload;

use clap::Parser;
use place::Place;
use std::{error::Error, io, process::ExitCode};
use tokio::runtime::{Builder, Runtime};
use workload::{Session, Workload};

/// Measures Factum on a store, next to the floor of that store. Prints one JSON line a figure, and its progress to
/// standard error.
#[derive(Parser)]
#[command(after_help = workload::HELP)]
struct Args {
    /// `memory`, or `sqlite:PATH`: new files are made beside PATH and removed afterwards.
    #[arg(long, default_value = "sqlite:factum-bench.db")]
    store: Place,
    /// How often each figure is measured; the one to quote is the median.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    repeat: u16,
    /// Only these workloads, such as `W1,W4`.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Workload>,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args = Args::parse();
    let mut session = Session::new(args.store, args.repeat.into());
    let mut code = ExitCode::SUCCESS;
    for workload in session.workloads() {
        if !args.only.is_empty() && !args.only.contains(&workload) {
            continue;
        }
        // What one workload cannot do is no reason to lose the figures of the others.
        if let Err(error) = runtime(workload)?.block_on(session.measure(workload)) {
            eprintln!("{workload:?}: {error}");
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// Several threads, but for the workload that is defined as one.
fn runtime(workload: Workload) -> io::Result<Runtime> {
    match workload {
        Workload::W7 => Builder::new_current_thread().enable_all().build(),
        _ => Builder::new_multi_thread().enable_all().build(),
    }
}
