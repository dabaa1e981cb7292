//! Events that a consumer could not apply. What is asked for is done by the application, which has the code.

mod ask;
mod find;
mod list;
mod object;
mod replay;
mod show;
mod wait;

use crate::{args::Quarantine, failure::Failure, output::Output, store::StoreUrl};

pub(crate) async fn run(url: &StoreUrl, options: &Quarantine, out: &mut Output) -> Result<(), Failure> {
    match options {
        Quarantine::List(options) => list::run(url, options, out).await,
        Quarantine::Show(options) => show::run(url, options, out).await,
        Quarantine::Retry(options) => ask::retry(url, options, out).await,
        Quarantine::Skip(options) => ask::skip(url, options, out).await,
        Quarantine::Replay(options) => replay::run(url, options, out).await,
    }
}
