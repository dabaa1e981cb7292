use crate::{
    args::{Args, Command},
    docs, export,
    failure::Failure,
    import, init, log,
    output::Output,
    process, projection, quarantine, show, stats, streams, trace,
};
use std::process::ExitCode;

pub(crate) async fn run(args: Args) -> ExitCode {
    let mut out = Output::new(args.global.json, args.global.quiet);
    let result = command(&args, &mut out).await;
    // What was written before a failure is wanted too, and the failure tells more than a flush that fails after it.
    let flushed = out.flush().map_err(Failure::from);
    match result.and(flushed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(&out),
    }
}

async fn command(args: &Args, out: &mut Output) -> Result<(), Failure> {
    let url = &args.global.store;
    match &args.command {
        Command::Init => init::run(url, out).await,
        Command::Import(options) => import::run(url, options, out).await,
        Command::Export(options) => export::run(url.open().await?, options, out).await,
        Command::Streams(options) => streams::run(url.open().await?, options, out).await,
        Command::Show(options) => show::run(url.open().await?, options, out).await,
        Command::Log(options) => log::run(url.open().await?, options, out).await,
        Command::Process(options) => process::run(url, options, out).await,
        Command::Projection(options) => projection::run(url, options, out).await,
        Command::Quarantine(options) => quarantine::run(url, options, out).await,
        Command::Trace(options) => trace::run(url.open().await?, options, out).await,
        Command::Docs(options) => docs::run(url.open().await?, options, out).await,
        Command::Stats => stats::run(url.open().await?, out).await,
    }
}
