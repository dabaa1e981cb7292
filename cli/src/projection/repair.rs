use super::find::{self, Found};
use crate::{
    args::Repair,
    failure::Failure,
    output::{Output, escape},
    store::{LogId, StoreUrl, WholeStore},
};
use serde_json::json;
use std::{pin::pin, time::Duration};
use tokio::time::{Instant, sleep};

/// How often it is looked: nobody says that a document has been made anew.
const LOOK: Duration = Duration::from_millis(100);

pub(super) async fn run(url: &StoreUrl, options: &Repair, out: &mut Output) -> Result<(), Failure> {
    let Repair { consumer, key, no_wait, .. } = options;
    let lane = format!("document {key}").parse::<crate::store::Lane>();
    lane.map_err(|why| Failure::Usage(format!("invalid value '{key}' for '<KEY>': {why}")))?;
    let store = url.open_whole().await?;
    let Found { generations, active, filling, .. } = find::one(&store, consumer).await?;
    let log = active.as_ref().or(filling.as_ref()).map_or(store.log_id(), |(group, _)| group.log);
    // Also in one that is being made: it may have been begun by code that was not mended yet.
    for generation in [Some(generations.active), generations.filling].into_iter().flatten() {
        store.repair(&name(options, generation)?, log, key).await?;
    }
    let shown = escape(key).to_string();
    if *no_wait {
        let line = format!("asked for document {shown} of {consumer} to be made anew");
        return Ok(out.conclude(&json!({ "consumer": consumer, "document": key, "asked": true }), line)?);
    }
    let mut interrupt = pin!(tokio::signal::ctrl_c());
    tokio::select! {
        done = wait(&store, options, log) => done?,
        _ = &mut interrupt => {
            eprintln!("document {shown} of {consumer} is made anew without this command");
            return Err(Failure::Interrupted);
        }
    }
    let line = format!("document {shown} of {consumer} has been made anew");
    Ok(out.conclude(&json!({ "consumer": consumer, "document": key, "repaired": true }), line)?)
}

/// Until it is done in the generation that is read then. One that was begun after it was asked for has it right.
async fn wait(store: &WholeStore, options: &Repair, log: LogId) -> Result<(), Failure> {
    let Repair { consumer, key, patience, .. } = options;
    let end = Instant::now() + Duration::from_secs((*patience).into());
    loop {
        let Found { generations, active, .. } = find::one(store, consumer).await?;
        let asked = store.repairs(&name(options, generations.active)?, log, Some(key)).await?.pop();
        match asked.map(|repair| repair.failure) {
            None => return Ok(()),
            Some(Some(why)) => {
                return Err(Failure::new(format!(
                    "document {key} of {consumer} is as it was, since it could not be made anew: {why}"
                )));
            }
            Some(None) if active.is_none_or(|(_, roll)| roll.nodes == 0) && Instant::now() >= end => {
                let why =
                    format!("nobody runs {consumer} after {patience} seconds; it is done when somebody does");
                return Err(Failure::new(why));
            }
            Some(None) => sleep(LOOK).await,
        }
    }
}

fn name(options: &Repair, generation: u32) -> Result<crate::store::ConsumerName, Failure> {
    options.consumer.generation(generation).map_err(|why| Failure::because("naming a generation", &why))
}
