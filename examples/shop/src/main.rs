//! Serves the shop, or simulates its customers.

mod args;
mod beside;
mod programs;

use args::{Args, Beside};
use clap::Parser as _;
use example_program::ended;
use indicatif::{ProgressBar, ProgressStyle};
use programs::Programs;
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
    ended(match (args.program, args.simulate) {
        (Some(Beside::Payments), _) => beside::serve_payments(&args).await,
        (None, Some(customers)) => simulate(&args, customers).await,
        (None, None) => serve(&args).await,
    })
}

async fn serve(args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    // Gone with this value, when the server has ended.
    let folder = tempfile::tempdir()?;
    let place = args.store.clone().unwrap_or_else(|| Place::Sqlite(folder.path().join("shop.db")));
    let (terms, service) = match args.brisk {
        true => (Terms::SIMULATED, Service::SIMULATED),
        false => (Terms::WATCHED, Service::WATCHED),
    };
    let programs = Programs::open(&place, service, args.broker.as_deref(), args.name()).await?;
    let app = &programs.shop;
    stock(app, OPENING).await?;
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
    programs.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

/// Fails if something does not add up.
async fn simulate(args: &Args, customers: u64) -> Result<ExitCode, Box<dyn Error>> {
    let place = args.simulated(customers);
    // What waits at a broker for one simulation must not come to another.
    let name = match &args.name {
        Some(name) => name.clone(),
        None => format!("shop-{}", place.log().await?.store().log_id()),
    };
    let begun = Instant::now();
    let programs = Programs::open(&place, Service::SIMULATED, args.broker.as_deref(), &name).await?;
    let (app, progress) = (&programs.shop, progress_bar(customers));
    let mut ledger = match &args.broker {
        None => Ledger::default(),
        Some(_) => Ledger::with_payments(programs.payments(&place).await?),
    };
    let crowd = Crowd { seed: args.seed, customers, here: 1..=customers, terms: Terms::SIMULATED };
    let simulated = async {
        progress.set_message("customers shop");
        crowd.shop(app, &progress).await?;
        settle(app, &mut ledger, &progress).await?;
        Ok::<_, Box<dyn Error>>(Report::of(app, &mut ledger).await?)
    };
    let report = match programs.is_alone() {
        true => simulated.await?,
        false => tokio::select! {
            report = simulated => report?,
            failed = beside::keep_running(&name, &progress) => return Err(failed),
        },
    };
    progress.finish_and_clear();
    eprintln!("{customers} customers in {:.1} s, in {place}\n", begun.elapsed().as_secs_f64());
    print!("{report}");
    let balances = report.balances();
    programs.shutdown().await;
    Ok(if balances { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn progress_bar(customers: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:24} {percent:>3} %  {elapsed} gone, {eta} to go  {msg}");
    ProgressBar::new(customers).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
