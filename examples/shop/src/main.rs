//! Serves the shop, or simulates its customers.

mod args;

use args::Args;
use clap::Parser as _;
use indicatif::{ProgressBar, ProgressStyle};
use shop::{
    audit::{Ledger, Report},
    http::{Shop, router},
    simulate::{Crowd, settle},
    store::{Place, Service, stock},
    terms::Terms,
};
use std::{error::Error, process::ExitCode, time::Instant};
use tokio::{net::TcpListener, signal::ctrl_c, sync::watch};

/// So many of each product are there when the shop opens for the first time.
const OPENING: u32 = 25;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let ended = match args.simulate {
        Some(customers) => simulate(&args, customers).await,
        None => serve(&args).await.map(|()| true),
    };
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = error.source();
            while let Some(why) = cause {
                eprintln!("  because: {why}");
                cause = why.source();
            }
            ExitCode::FAILURE
        }
    }
}

async fn serve(args: &Args) -> Result<(), Box<dyn Error>> {
    // Gone with this value, when the server has ended.
    let folder = tempfile::tempdir()?;
    let place = args.store.clone().unwrap_or_else(|| Place::Sqlite(folder.path().join("shop.db")));
    let (terms, service) = match args.brisk {
        true => (Terms::SIMULATED, Service::SIMULATED),
        false => (Terms::WATCHED, Service::WATCHED),
    };
    let app = place.open(service).await?;
    stock(&app, OPENING).await?;
    let listener = TcpListener::bind((args.host, args.port)).await?;
    println!("http://{} on {place}", listener.local_addr()?);

    let (close, closing) = watch::channel(false);
    let ended = async move {
        // Without signals it ends when it is killed.
        if ctrl_c().await.is_ok() {
            close.send_replace(true);
        } else {
            std::future::pending::<()>().await;
        }
    };
    let service = router(Shop::new(app.clone(), terms, closing));
    axum::serve(listener, service).with_graceful_shutdown(ended).await?;
    app.shutdown().await;
    Ok(())
}

/// Whether everything adds up.
async fn simulate(args: &Args, customers: u64) -> Result<bool, Box<dyn Error>> {
    let place = args.simulated(customers);
    let begun = Instant::now();
    let app = place.open(Service::SIMULATED).await?;
    let progress = progress_bar(customers);
    let crowd = Crowd { seed: args.seed, customers, here: 1..=customers, terms: Terms::SIMULATED };
    progress.set_message("customers shop");
    crowd.shop(&app, &progress).await?;
    let mut ledger = Ledger::default();
    settle(&app, &mut ledger, &progress).await?;
    progress.finish_and_clear();
    let report = Report::of(&app, &mut ledger).await?;
    eprintln!("{customers} customers in {:.1} s, in {place}\n", begun.elapsed().as_secs_f64());
    print!("{report}");
    app.shutdown().await;
    Ok(report.balances())
}

fn progress_bar(customers: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:24} {percent:>3} %  {elapsed} gone, {eta} to go  {msg}");
    ProgressBar::new(customers).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
