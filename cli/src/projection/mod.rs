//! Projections and other consumers: how far they are, and read models that are made anew.

mod changes;
mod diff;
mod find;
mod list;
mod rebuild;
mod remove;
mod repair;

use crate::{
    args::{Of, Projection},
    failure::Failure,
    output::Output,
    store::StoreUrl,
};
use serde_json::json;

pub(crate) async fn run(url: &StoreUrl, options: &Projection, out: &mut Output) -> Result<(), Failure> {
    match options {
        Projection::List => list::run(url, out).await,
        Projection::Rebuild(options) => rebuild::run(url, options, out).await,
        Projection::Activate(of) => activate(url, of, out).await,
        Projection::Abandon(of) => abandon(url, of, out).await,
        Projection::Diff(options) => diff::run(url, options, out).await,
        Projection::Drop(options) => remove::run(url, options, out).await,
        Projection::Repair(options) => repair::run(url, options, out).await,
    }
}

async fn activate(url: &StoreUrl, Of { consumer }: &Of, out: &mut Output) -> Result<(), Failure> {
    let store = url.open_whole().await?;
    let filling = find::filling(&store, consumer).await?;
    store.release_generation(consumer).await?;
    let line = format!(
        "generation {filling} of {consumer} is read as soon as it has come as far as the present one"
    );
    Ok(out.conclude(&json!({ "consumer": consumer.as_str(), "released": filling }), line)?)
}

async fn abandon(url: &StoreUrl, Of { consumer }: &Of, out: &mut Output) -> Result<(), Failure> {
    let store = url.open_whole().await?;
    let filling = find::filling(&store, consumer).await?;
    store.abandon(consumer).await?;
    let line = format!("generation {filling} of {consumer} is given up");
    Ok(out.conclude(&json!({ "consumer": consumer.as_str(), "abandoned": filling }), line)?)
}
