use super::find::{self, Found};
use crate::{
    args::Rebuild,
    failure::Failure,
    output::{Output, number},
    store::{StoreUrl, WholeStore},
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use std::{
    io::{self, IsTerminal},
    pin::pin,
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// How often it is looked: nobody says that a node has come further.
const LOOK: Duration = Duration::from_millis(100);

pub(super) async fn run(url: &StoreUrl, options: &Rebuild, out: &mut Output) -> Result<(), Failure> {
    let store = url.open_whole().await?;
    let Rebuild { consumer, hold, no_wait, .. } = options;
    find::one(&store, consumer).await?;
    let generation = store.rebuild(consumer, *hold).await?;
    if *no_wait {
        let line = format!("generation {generation} of {consumer} is asked for");
        return Ok(out.conclude(&json!({ "consumer": consumer.as_str(), "asked": generation }), line)?);
    }
    let mut interrupt = pin!(tokio::signal::ctrl_c());
    let wait = async {
        let bar = bar(out);
        let done = wait(&store, options, generation, &bar, out).await;
        bar.finish_and_clear();
        done
    };
    tokio::select! {
        done = wait => done,
        _ = &mut interrupt => {
            eprintln!("generation {generation} of {consumer} goes on without this command");
            Err(Failure::Interrupted)
        }
    }
}

/// Until it is read; or, if it is held, until it has come to the end of the log.
async fn wait(
    store: &WholeStore,
    options: &Rebuild,
    generation: u32,
    bar: &ProgressBar,
    out: &mut Output,
) -> Result<(), Failure> {
    let (begun, mut last) = (Instant::now(), None);
    // When somebody was last seen to make it.
    let mut seen = begun;
    loop {
        let Found { generations, filling, .. } = find::one(store, &options.consumer).await?;
        let (seconds, head) = (begun.elapsed().as_secs_f64(), store.head().await?.get());
        let position = filling.as_ref().map(|(_, roll)| roll.position().get());
        let rate = position.unwrap_or_default() as f64 / seconds.max(0.001);
        let is_made = options.hold && position.is_some_and(|position| position >= head);
        if generations.active == generation || is_made {
            let what = if is_made { "is made, and waits to be activated" } else { "is read now" };
            let line =
                format!("generation {generation} of {} {what}, after {seconds:.1} s", options.consumer);
            let object = json!({
                "consumer": options.consumer.as_str(), "generation": generation, "held": is_made, "seconds": seconds,
            });
            return Ok(out.conclude(&object, line)?);
        }
        if generations.filling != Some(generation) {
            let why = format!("generation {generation} of {} was given up", options.consumer);
            return Err(Failure::new(why));
        }
        if filling.as_ref().is_some_and(|(_, roll)| roll.nodes > 0) {
            seen = Instant::now();
        }
        let patience = options.patience;
        if seen.elapsed() > Duration::from_secs(patience.into()) {
            return Err(Failure::new(match position {
                None => format!("nobody has begun after {patience} seconds; does the application run?"),
                Some(position) => format!(
                    "nobody has gone on from {} for {patience} seconds; somebody does when the application runs",
                    number(position)
                ),
            }));
        }
        bar.set_length(head);
        bar.set_position(position.unwrap_or_default());
        bar.set_message(format!("{}/s", number(rate as u64)));
        if out.is_json() && !out.is_quiet() && last.replace(position) != Some(position) {
            out.object(&json!({ "progress": { "position": position, "head": head } }))?;
            out.flush()?;
        }
        sleep(LOOK).await;
    }
}

fn bar(out: &Output) -> ProgressBar {
    let shown = !out.is_json() && !out.is_quiet() && io::stderr().is_terminal();
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style =
        ProgressStyle::with_template("{bar:30} {percent:>3} %  {pos} of {len} events, {msg}, {eta} to go");
    ProgressBar::with_draw_target(Some(0), target).with_style(style.expect("the template is a constant"))
}
