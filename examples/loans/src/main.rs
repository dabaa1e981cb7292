//! Replays a log of loan applications through the domain, and reports what the read side makes of it.

mod args;

use args::Args;
use clap::Parser as _;
use example_program::ended;
use factum::{StreamVersion, prelude::*};
use indicatif::{ProgressBar, ProgressStyle};
use loans::{
    log::{
        Entry, file,
        generate::Generated,
        replay::{self, Replayed},
    },
    report::Report,
    store::Loans,
};
use std::{convert::Infallible, error::Error, process::ExitCode};

#[tokio::main]
async fn main() -> ExitCode {
    ended(run(&Args::parse()).await.map(|()| ExitCode::SUCCESS))
}

async fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let place = args.store();
    let app = place.open(Loans).await?;
    let progress = progress_bar();

    let replayed = replay(args, &app, &progress).await?;
    progress.set_message("waiting for the read models");
    app.caught_up().await?;
    progress.finish_and_clear();
    eprintln!("{place}: {replayed}");

    let report = Report::ask(&app).await?;
    app.shutdown().await;
    if args.json {
        println!("{:#}", report.json());
    } else {
        print!("{report}");
    }
    Ok(())
}

async fn replay(args: &Args, app: &App, progress: &ProgressBar) -> Result<Replayed, Box<dyn Error>> {
    match &args.log {
        Some(path) => Ok(replay::replay(app, file::open(path, progress)?, progress).await?),
        None => {
            progress.set_length(args.applications);
            let arrived = |entry: &Entry| progress.inc(u64::from(entry.version == StreamVersion::FIRST));
            let entries = Generated::new(args.applications, args.seed).inspect(arrived);
            Ok(replay::replay(app, entries.map(Ok::<_, Infallible>), progress).await?)
        }
    }
}

fn progress_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:24} {percent:>3} %  {elapsed} gone, {eta} to go  {msg}");
    ProgressBar::no_length().with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
