//! Replays a log of loan applications through the domain, and reports what the read side makes of it.

mod args;

use args::Args;
use clap::Parser as _;
use factum::prelude::*;
use indicatif::{ProgressBar, ProgressStyle};
use loans::{
    log::{
        Entry, file,
        generate::Generated,
        replay::{self, Replayed},
    },
    report::Report,
};
use std::{convert::Infallible, error::Error, process::ExitCode};

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            std::iter::successors(error.source(), |cause| cause.source())
                .for_each(|cause| eprintln!("  because: {cause}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let place = args.store();
    let app = place.open().await?;

    let Replayed { added, present } = replay(args, &app).await?;
    match (added, present) {
        (0, _) => eprintln!("{place}: all {present} events of the log were there already; nothing was added"),
        (_, 0) => eprintln!("{place}: {added} events added"),
        _ => eprintln!("{place}: {added} events added to the {present} that were there already"),
    }

    app.caught_up().await?;
    let report = Report::ask(&app).await?;
    app.shutdown().await;

    if args.json {
        println!("{:#}", report.json())
    } else {
        print!("{report}")
    }
    Ok(())
}

async fn replay(args: &Args, app: &App) -> Result<Replayed, Box<dyn Error>> {
    let progress = progress_bar();
    let replayed = match &args.log {
        Some(path) => replay::replay(app, file::open(path, &progress)?, &progress).await?,
        None => {
            progress.set_length(args.applications);
            let arrives = progress.clone();
            let count = move |entry: &Entry| arrives.inc(u64::from(entry.version.get() == 1));
            let entries =
                Generated::new(args.applications, args.seed).inspect(count).map(Ok::<_, Infallible>);
            replay::replay(app, entries, &progress).await?
        }
    };
    progress.finish_and_clear();
    Ok(replayed)
}

fn progress_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}  {elapsed} gone, {eta} to go");
    ProgressBar::no_length().with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
