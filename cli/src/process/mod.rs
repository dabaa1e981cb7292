//! Processes: what their instances remember and wait for. What is asked for is done by the application, which has the code.

mod find;
mod list;
mod retry;
mod show;

use crate::{args::Process, failure::Failure, output::Output, store::StoreUrl};

pub(crate) async fn run(url: &StoreUrl, options: &Process, out: &mut Output) -> Result<(), Failure> {
    match options {
        Process::List(options) => list::run(url, options, out).await,
        Process::Show(options) => show::run(url, options, out).await,
        Process::Retry(options) => retry::run(url, options, out).await,
    }
}
