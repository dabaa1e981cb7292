use super::{
    find,
    list::{told, whole},
};
use crate::{
    args::ShowInstance,
    failure::Failure,
    output::{Output, count, escape},
    record::time,
    store::{Instance, StoreUrl},
};
use std::io;

pub(super) async fn run(url: &StoreUrl, options: &ShowInstance, out: &mut Output) -> Result<(), Failure> {
    let ShowInstance { process, key } = options;
    let store = url.open_whole().await?;
    let instances = find::one(&store, process).await?;
    let missing = || {
        Failure::new(format!(
            "process {} has no instance {}; it has not begun, or has ended",
            escape(process),
            escape(key)
        ))
    };
    let instance = instances.get(key).await?.ok_or_else(missing)?;
    if out.is_json() {
        return Ok(out.object(&whole(process, &instance))?);
    }
    Ok(print(&instance, out)?)
}

fn print(instance: &Instance, out: &mut Output) -> io::Result<()> {
    let (started, last) = (&instance.started, &instance.last);
    out.line(format_args!("started  event {} at {}", started.position, time(started.time)))?;
    out.line(format_args!("last     event {} at {}", last.position, time(last.time)))?;
    out.line(format_args!("sent     {}", count(instance.sent, "command")))?;
    let state: serde_json::Value = serde_json::from_str(instance.state.get()).unwrap_or_default();
    out.line(format_args!("state    version {}", instance.version))?;
    for line in format!("{state:#}").lines() {
        out.line(format_args!("  {}", escape(line)))?;
    }
    for deadline in &instance.deadlines {
        out.line(format_args!("deadline {} at {}", escape(&deadline.name), time(deadline.due)))?;
    }
    for command in &instance.undelivered {
        let (name, payload) = (escape(&command.command), escape(command.payload.get()));
        out.line(format_args!("command  {name} of event {}: {payload}", command.cause.position))?;
    }
    for stuck in &instance.stuck {
        out.line(format_args!("stuck    {}", told(stuck)))?;
        for line in stuck.error.lines() {
            out.line(format_args!("  {}", escape(line)))?;
        }
    }
    Ok(())
}
