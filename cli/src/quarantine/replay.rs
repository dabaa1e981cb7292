use super::find;
use crate::{
    args::Replay,
    failure::Failure,
    output::{Output, count, escape},
    store::{Lane, ListParked, StoreUrl, WholeStore},
};
use serde_json::json;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How often it is looked: nobody says that a document has been made anew.
const LOOK: Duration = Duration::from_millis(100);

pub(super) async fn run(url: &StoreUrl, options: &Replay, out: &mut Output) -> Result<(), Failure> {
    let lane = options.lane()?;
    let Lane::Document(document) = &lane else {
        return Err(Failure::new(format!(
            "which documents the events of {} change is not known, so none can be made anew; \"factum quarantine retry\" \
             tries them again",
            escape(&lane.to_string())
        )));
    };
    let store = url.open_whole().await?;
    let (of, _) = find::parked_in(&store, &options.consumer, &lane).await?;
    store.repair(&of.consumer, of.log, document).await?;
    let (consumer, name) = (escape(of.consumer.as_str()), escape(document).to_string());
    let line = format!(
        "asked for document {name} of {consumer} to be made anew; the application does it, within a second or two if it runs"
    );
    let asked = json!({ "consumer": of.consumer, "request": "replay", "lanes": 1 });
    out.conclude(&json!({ "asked": asked }), line)?;
    match options.wait.seconds {
        Some(seconds) => wait(&store, &of, document, seconds, out).await,
        None => Ok(()),
    }
}

async fn wait(
    store: &WholeStore,
    of: &ListParked,
    document: &str,
    seconds: u32,
    out: &mut Output,
) -> Result<(), Failure> {
    out.flush()?;
    let end = Instant::now() + Duration::from_secs(seconds.into());
    let (lane, name) = (format!("document {document}"), escape(document));
    loop {
        let last = Instant::now() >= end;
        match store.repairs(&of.consumer, of.log, Some(document)).await?.pop().map(|repair| repair.failure) {
            None => {
                let line = format!("document {name} was made anew, and has left quarantine");
                return tell(out, &json!({ "lane": lane, "outcome": "left" }), &line);
            }
            Some(Some(why)) => {
                let line = format!("document {name} has failed again: {}", escape(&why));
                tell(out, &json!({ "lane": lane, "outcome": "failed", "error": why }), &line)?;
                return Err(Failure::new("1 lane failed again"));
            }
            Some(None) if last => {
                let line = format!("document {name} is still waiting");
                tell(out, &json!({ "lane": lane, "outcome": "pending" }), &line)?;
                let seconds = count(seconds.into(), "second");
                return Err(Failure::new(format!(
                    "1 lane still waiting after {seconds}; does the application run?"
                )));
            }
            Some(None) => sleep(LOOK).await,
        }
    }
}

fn tell(out: &mut Output, object: &serde_json::Value, line: &str) -> Result<(), Failure> {
    Ok(if out.is_json() { out.object(object) } else { out.line(line) }?)
}
