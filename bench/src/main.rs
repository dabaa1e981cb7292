//! Measures Factum. One JSON line a figure: who, what, its values and those of the floor measured beside each of them.
//!
//! The floor is the least that the storage engine can do with the same rows, so that a ratio holds on any machine.

mod account;
mod broker;
mod drive;
mod figure;
mod floor;
mod place;
mod workload;

use broker::Broker;
use clap::Parser;
use place::Place;
use std::{io, num::NonZeroUsize, process::ExitCode};
use tokio::runtime::{Builder, Runtime};
use workload::{Session, Workload};

/// What ends a measurement.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Measures Factum on a store, next to the floor of that store. Prints one JSON line a figure, and its progress to
/// standard error.
#[derive(Parser)]
#[command(after_help = workload::HELP)]
struct Args {
    /// `memory`; `sqlite:PATH`: new files are made beside PATH and removed afterwards; or the URL of a database, such as
    /// `postgres://postgres@localhost/test`: schemas are made in it and dropped afterwards.
    #[arg(long, default_value = "sqlite:factum-bench.db")]
    store: Place,
    /// How often each figure is measured; the one to quote is the median.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    repeat: u16,
    /// Only these workloads, such as `W1,W4`.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Workload>,
    /// PostgreSQL: W2 and appends with so many groups of appends under way at once, for each number.
    #[arg(long, value_delimiter = ',', default_values_t = [place::WRITERS])]
    writers: Vec<NonZeroUsize>,
    /// PostgreSQL: the numbers of events that growth is measured with, ascending, in steps of 10,000.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 1_000_000, 10_000_000])]
    #[arg(value_parser = clap::value_parser!(u64).range(10_000..))]
    sizes: Vec<u64>,
    /// The brokers of `relay`, such as `amqp://guest:guest@localhost,nats://localhost`. Exchanges, queues and streams are made there
    /// and removed afterwards.
    #[arg(long, value_delimiter = ',')]
    brokers: Vec<Broker>,
    /// For the other process of W6: follows the log in this schema.
    #[arg(long, hide = true)]
    follow: Option<String>,
}

fn main() -> Result<ExitCode, Failure> {
    let args = Args::parse();
    if let (Place::Postgres(url), Some(schema)) = (&args.store, &args.follow) {
        runtime(Workload::W6)?.block_on(workload::postgres::live::follow(url, schema))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut session = Session::new(args.store, args.repeat.into(), args.writers, args.sizes, args.brokers);
    let mut code = ExitCode::SUCCESS;
    for workload in session.workloads(&args.only) {
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
