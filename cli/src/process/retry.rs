use super::find;
use crate::{
    args::RetryInstance,
    failure::Failure,
    output::{Output, count, escape},
    store::{Instances, StoreUrl, Stuck},
};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};
use tokio::time::Instant;

/// How often it is looked what has become of what was asked for.
const LOOK: Duration = Duration::from_millis(100);

pub(super) async fn run(url: &StoreUrl, options: &RetryInstance, out: &mut Output) -> Result<(), Failure> {
    let store = url.open_whole().await?;
    let instances = find::one(&store, &options.process).await?;
    let keys = keys(&instances, options).await?;
    for key in &keys {
        instances.retry(key).await?;
    }
    let (process, number) = (escape(&options.process), count(keys.len() as u64, "instance"));
    let line = match keys.is_empty() {
        true => format!("nothing of {process} is stuck"),
        false => {
            format!(
                "asked for {number} of {process} to be tried again; the application does it, within a second if it runs"
            )
        }
    };
    out.conclude(&json!({ "asked": { "process": options.process, "instances": keys.len() } }), line)?;
    match options.seconds {
        Some(seconds) => wait(&instances, keys, seconds, out).await,
        None => Ok(()),
    }
}

async fn keys(instances: &Instances, options: &RetryInstance) -> Result<BTreeSet<String>, Failure> {
    let stuck: BTreeSet<_> = instances.stuck().await?.into_iter().map(|stuck| stuck.key).collect();
    match &options.key {
        None => Ok(stuck),
        Some(key) if stuck.contains(key) => Ok(BTreeSet::from([key.clone()])),
        Some(key) => {
            Err(Failure::new(format!("{} of {} is not stuck", escape(key), escape(&options.process))))
        }
    }
}

async fn wait(
    instances: &Instances,
    mut keys: BTreeSet<String>,
    seconds: u32,
    out: &mut Output,
) -> Result<(), Failure> {
    let end = Instant::now() + Duration::from_secs(seconds.into());
    let mut failed = 0_u64;
    loop {
        let last = Instant::now() >= end;
        let stuck = instances.stuck().await?;
        let of = |key: &String| stuck.iter().filter(|stuck| stuck.key == *key).collect::<Vec<_>>();
        let mut pending = BTreeSet::new();
        for key in keys {
            let stuck = of(&key);
            if stuck.iter().any(|stuck| stuck.asked.is_some()) && !last {
                pending.insert(key);
                continue;
            }
            failed += u64::from(!stuck.is_empty());
            print(&key, &stuck, out)?;
        }
        out.flush()?;
        if pending.is_empty() {
            return match failed {
                0 => Ok(()),
                failed => Err(Failure::new(format!("{} still stuck", count(failed, "instance")))),
            };
        }
        keys = pending;
        tokio::time::sleep_until(end.min(Instant::now() + LOOK)).await;
    }
}

fn print(key: &str, stuck: &[&Stuck], out: &mut Output) -> Result<(), Failure> {
    let pending = stuck.iter().any(|stuck| stuck.asked.is_some());
    if out.is_json() {
        let outcome = match (stuck.is_empty(), pending) {
            (true, _) => "goes on",
            (false, true) => "pending",
            (false, false) => "failed",
        };
        let errors: Vec<_> = stuck.iter().map(|stuck| &stuck.error).collect();
        return Ok(out.object(&json!({ "key": key, "outcome": outcome, "errors": errors }))?);
    }
    let key = escape(key);
    match stuck.first() {
        None => out.line(format_args!("{key} goes on"))?,
        Some(_) if pending => out.line(format_args!("{key} is still waiting; does the application run?"))?,
        Some(stuck) => {
            let attempts = count(stuck.attempts.into(), "attempt");
            out.line(format_args!("{key} has failed again, {attempts}: {}", escape(&stuck.error)))?;
        }
    }
    Ok(())
}
