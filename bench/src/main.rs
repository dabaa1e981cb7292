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
use std::error::Error;

/// Measures Factum on a store, next to the floor of that store.
#[derive(Parser)]
struct Args {
    /// `memory`, or `sqlite:PATH`: a new file is made beside PATH and removed afterwards.
    #[arg(long, default_value = "sqlite:factum-bench.db")]
    store: Place,
    /// How often each figure is measured.
    #[arg(long, default_value_t = 3)]
    repeat: usize,
    /// Only these workloads, such as W1,W4.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    for workload in workload::all(&args.store) {
        if args.only.is_empty() || args.only.iter().any(|name| name.eq_ignore_ascii_case(workload.name())) {
            workload.measure(&args.store, args.repeat).await?.print()?;
        }
    }
    Ok(())
}
