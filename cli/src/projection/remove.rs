use super::find::{self, Found};
use crate::{
    args::Drop,
    failure::Failure,
    output::Output,
    store::{Removal, StoreUrl},
};
use serde_json::json;

pub(super) async fn run(url: &StoreUrl, options: &Drop, out: &mut Output) -> Result<(), Failure> {
    let Drop { consumer, generation } = options;
    let store = url.open_whole().await?;
    let Found { generations, .. } = find::one(&store, consumer).await?;
    let there = find::numbers(&store, consumer).await?;
    let is_needed = |number: &u32| *number == generations.active || generations.filling == Some(*number);
    let chosen: Vec<u32> = match generation {
        Some(number) => vec![*number],
        None => there.iter().copied().filter(|number| !is_needed(number)).collect(),
    };
    if chosen.is_empty() {
        let line = format!("{consumer} has no generation that is read no longer");
        return Ok(out.conclude(&json!({ "consumer": consumer, "dropped": [] }), line)?);
    }
    let mut dropped = Vec::new();
    for number in chosen {
        let of = format!("generation {number} of {consumer}");
        let stays = match store.remove_generation(consumer, number).await? {
            Removal::Removed => {
                dropped.push(number);
                if !out.is_json() {
                    out.conclude(&json!(null), format_args!("{of} is dropped"))?;
                }
                continue;
            }
            Removal::Active => "it is the one that is read",
            Removal::Filling => "it is being made; \"factum projection abandon\" gives it up",
            _ => {
                "a node ran it until just now; it can be dropped when that has gone, or some seconds after it was killed"
            }
        };
        return Err(Failure::new(format!("{of} stays: {stays}")));
    }
    match out.is_json() {
        true => Ok(out.object(&json!({ "consumer": consumer, "dropped": dropped }))?),
        false => Ok(()),
    }
}
