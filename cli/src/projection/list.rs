use super::find::{self, Found};
use crate::{
    failure::Failure,
    output::{Output, count, escape, number},
    store::{Group, Roll, StoreUrl},
};
use serde_json::{Value, json};
use std::io;

pub(super) async fn run(url: &StoreUrl, out: &mut Output) -> Result<(), Failure> {
    let store = url.open_whole().await?;
    let head = store.head().await?.get();
    for found in find::all(&store).await? {
        print(&found, head, out)?;
    }
    Ok(())
}

fn print(found: &Found, head: u64, out: &mut Output) -> io::Result<()> {
    let Found { consumer, generations, active, filling } = found;
    if out.is_json() {
        return out.object(&json!({
            "consumer": consumer.as_str(), "generation": generations.active, "head": head,
            "active": active.as_ref().map(object), "filling": filling.as_ref().map(object),
            "held": generations.is_held,
        }));
    }
    let mut line = format!("{}  generation {}", escape(consumer.as_str()), generations.active);
    if let Some((group, roll)) = active {
        line += &format!("  {}", told(group, roll, head));
    }
    out.line(line)?;
    if let Some(generation) = generations.filling {
        let held = if generations.is_held { "  held" } else { "" };
        let told = match filling {
            Some((group, roll)) => told(group, roll, head),
            None => "nobody has begun".to_owned(),
        };
        out.line(format_args!("  generation {generation} is being made anew{held}  {told}"))?;
    }
    Ok(())
}

fn told(group: &Group, roll: &Roll, head: u64) -> String {
    let position = roll.position().get();
    let behind = match head.saturating_sub(position) {
        0 => "at the end of the log".to_owned(),
        behind => format!("at {} of {}, {} behind", number(position), number(head), number(behind)),
    };
    let free = roll.leases.iter().filter(|lease| lease.holder.is_none()).count() as u64;
    let free = if free > 0 { format!(", {} with nobody", number(free)) } else { String::new() };
    let nodes = count(roll.nodes as u64, "node");
    format!("{behind}  {nodes}, {}{free}", count(group.partitions.into(), "partition"))
}

fn object((group, roll): &(Group, Roll)) -> Value {
    let partition = |lease: &crate::store::Lease| {
        let holder = lease.holder.map(|node| node.to_string());
        json!({ "position": lease.checkpoint.position.get(), "epoch": lease.checkpoint.epoch.get(), "holder": holder })
    };
    json!({
        "consumer": group.consumer.as_str(), "log": group.log, "position": roll.position().get(), "nodes": roll.nodes,
        "partitions": roll.leases.iter().map(partition).collect::<Vec<_>>(),
    })
}
