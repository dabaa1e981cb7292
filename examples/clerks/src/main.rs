//! Takes a log of clerks' work into a store, and prints which days were not normal for a clerk.

mod args;

use args::Args;
use clap::Parser as _;
use clerks::{
    log::{
        file,
        generate::Generated,
        import::{Imported, import},
    },
    read::GetFindings,
    report::Report,
    store::Clerks,
};
use example_program::ended;
use factum::prelude::*;
use std::{convert::Infallible, error::Error, process::ExitCode};

/// The more events are appended together, the fewer times the store waits for the disk.
const AT_ONCE: usize = 10_000;

#[tokio::main]
async fn main() -> ExitCode {
    ended(run(&Args::parse()).await.map(|()| ExitCode::SUCCESS))
}

async fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let place = args.store();
    let app = place.open(Clerks).await?;
    eprintln!("{}, in {place}", take_in(args, &app).await?);
    app.caught_up().await?;
    let findings = app.ask(GetFindings).await?;
    app.shutdown().await;
    print!("{}", Report { findings: &findings, top: args.top });
    Ok(())
}

async fn take_in(args: &Args, app: &App) -> Result<Imported, Box<dyn Error>> {
    let store = app.store().as_ref();
    Ok(match &args.log {
        Some(path) => import(store, file::open(path)?, AT_ONCE).await?,
        None => {
            let lines = Generated::new(args.seed).lines;
            import(store, lines.into_iter().map(Ok::<_, Infallible>), AT_ONCE).await?
        }
    })
}
