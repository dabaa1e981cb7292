//! Statistics of a whole log, in one pass. Memory grows with the number of streams, types and days, not of events.

mod fold;
mod open;
mod print;
#[cfg(test)]
mod tests;

use self::fold::Fold;
use crate::{args::Filter, failure::Failure, feed::Feed, output::Output, store::Store};

pub(crate) async fn run(store: Store, out: &mut Output) -> Result<(), Failure> {
    let everything = Filter::default();
    let mut feed = Feed::open(&store, &everything, false).await?;
    let mut fold = Fold::default();
    while let Some(events) = feed.page().await? {
        for event in &events {
            fold.add(event);
        }
    }
    let stats = fold.finish();
    match out.is_json() {
        true => out.object(&stats)?,
        false => print::print(&stats, out)?,
    }
    Ok(())
}
