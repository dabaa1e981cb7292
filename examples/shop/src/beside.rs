//! The payment service as a program of its own.

use crate::{args::Args, programs::PAYMENTS};
use indicatif::ProgressBar;
use shop::{
    split::{Part, connect},
    store::{Place, Service},
};
use std::{
    env,
    error::Error,
    process::{ExitCode, Stdio},
    sync::Arc,
};
use tokio::{
    io::{AsyncReadExt as _, stdin},
    process::Command,
    signal::ctrl_c,
};

/// Is the payment service, until it is interrupted; or that of a simulation, until this has ended.
pub(crate) async fn serve_payments(args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    let url = args.broker.as_deref().ok_or("there is no broker")?;
    let folder = tempfile::tempdir()?;
    let place = match (args.simulate, &args.store) {
        (Some(customers), _) => args.simulated(customers),
        (None, Some(place)) => place.clone(),
        (None, None) => Place::Sqlite(folder.path().join("shop.db")),
    };
    let place = place.beside(PAYMENTS)?;
    let service = if args.brisk || args.simulate.is_some() { Service::SIMULATED } else { Service::WATCHED };
    let broker = connect(url, args.name()).await?;
    let app = place.open(Part::Payments(service, Arc::clone(&broker))).await?;
    println!("payments by {} on {place}", broker.name());
    match args.simulate {
        Some(_) => drop(stdin().read_to_end(&mut Vec::new()).await?),
        None => ctrl_c().await?,
    }
    app.shutdown().await;
    broker.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Runs the payment service of a simulation, and starts it again whenever it is killed. Returns why it cannot.
pub(crate) async fn keep_running(name: &str, progress: &ProgressBar) -> Box<dyn Error> {
    loop {
        match run(name, progress).await {
            Ok(()) => {}
            Err(error) => return error,
        }
    }
}

/// Runs it with the options of this program, until it is killed, or this future is dropped.
async fn run(name: &str, progress: &ProgressBar) -> Result<(), Box<dyn Error>> {
    let mut program = Command::new(env::current_exe()?);
    program.arg("payments").args(env::args_os().skip(1)).args(["--name", name]);
    let mut running = program.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    let number = running.id().unwrap_or_default();
    progress.suspend(|| eprintln!("the payment service is process {number}"));
    // When this program ends, whatever ends it, so does the input of that one.
    let _input = running.stdin.take();
    match running.wait().await?.code() {
        // A signal has ended it.
        None => Ok(()),
        Some(_) => Err("the payment service has ended".into()),
    }
}
