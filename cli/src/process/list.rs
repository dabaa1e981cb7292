use super::find;
use crate::{
    args::ListInstances,
    failure::Failure,
    output::{Output, count, escape},
    record::time,
    store::{Instance, Instances, StoreUrl, Stuck},
};
use serde_json::{Value, json};
use std::io;

/// Instances that are read at once.
const PAGE: usize = 1_000;

pub(super) async fn run(url: &StoreUrl, options: &ListInstances, out: &mut Output) -> Result<(), Failure> {
    let store = url.open_whole().await?;
    let processes = match &options.process {
        Some(name) => vec![(name.clone(), find::one(&store, name).await?)],
        None => find::all(&store).await?,
    };
    for (name, instances) in processes {
        match options.stuck {
            true => stuck(&name, &instances, out).await?,
            false => all(&name, &instances, out).await?,
        }
    }
    Ok(())
}

async fn all(name: &str, instances: &Instances, out: &mut Output) -> Result<(), Failure> {
    let mut after: Option<String> = None;
    loop {
        let page = instances.page(after.as_deref(), PAGE).await?;
        for instance in &page {
            print(name, instance, out)?;
        }
        match page.last() {
            Some(last) if page.len() == PAGE => after = Some(last.key.clone()),
            _ => return Ok(()),
        }
    }
}

/// Also those that are not there yet, or have ended.
async fn stuck(name: &str, instances: &Instances, out: &mut Output) -> Result<(), Failure> {
    for stuck in instances.stuck().await? {
        if out.is_json() {
            out.object(&json!({ "process": name, "key": stuck.key, "stuck": [object(&stuck)] }))?;
            continue;
        }
        let line = format!("{}  {}  {}  ", escape(name), escape(&stuck.key), told(&stuck));
        out.line_with_end(&line, &escape(&stuck.error).to_string())?;
    }
    Ok(())
}

fn print(name: &str, instance: &Instance, out: &mut Output) -> io::Result<()> {
    if out.is_json() {
        return out.object(&whole(name, instance));
    }
    let mut line = format!("{}  {}", escape(name), escape(&instance.key));
    line += &format!("  since {}  last {}", time(instance.started.time), time(instance.last.time));
    if let Some(next) = instance.deadlines.iter().min_by_key(|deadline| deadline.due) {
        line += &format!("  {} at {}", escape(&next.name), time(next.due));
    }
    if !instance.undelivered.is_empty() {
        line += &format!("  {} without an answer", count(instance.undelivered.len() as u64, "command"));
    }
    match instance.stuck.first() {
        None => out.line(line),
        Some(stuck) => {
            out.line_with_end(&format!("{line}  stuck: {}  ", told(stuck)), &escape(&stuck.error).to_string())
        }
    }
}

/// What it is that failed, and how often.
pub(super) fn told(stuck: &Stuck) -> String {
    let asked = if stuck.asked.is_some() { "  retry requested" } else { "" };
    let attempts = count(stuck.attempts.into(), "attempt");
    format!("{} of event {}  {attempts}  since {}{asked}", stuck.what, stuck.position, time(stuck.since))
}

/// An instance for programs.
pub(super) fn whole(name: &str, instance: &Instance) -> Value {
    let state: Value = serde_json::from_str(instance.state.get()).unwrap_or_default();
    let deadlines: Vec<_> = instance
        .deadlines
        .iter()
        .map(|deadline| json!({ "name": deadline.name, "due": time(deadline.due) }))
        .collect();
    let undelivered: Vec<_> = instance
        .undelivered
        .iter()
        .map(|command| {
            let payload: Value = serde_json::from_str(command.payload.get()).unwrap_or_default();
            json!({ "command": command.command, "payload": payload, "position": command.cause.position })
        })
        .collect();
    json!({
        "process": name, "key": instance.key, "version": instance.version, "state": state,
        "started": { "position": instance.started.position, "time": time(instance.started.time) },
        "last": { "position": instance.last.position, "time": time(instance.last.time) },
        "correlation_id": instance.correlation, "sent": instance.sent, "deadlines": deadlines,
        "undelivered": undelivered, "stuck": instance.stuck.iter().map(object).collect::<Vec<_>>(),
    })
}

fn object(stuck: &Stuck) -> Value {
    json!({
        "what": stuck.what.to_string(), "position": stuck.position.get(), "error": stuck.error,
        "attempts": stuck.attempts, "since": time(stuck.since), "requested": stuck.asked.is_some(),
    })
}
