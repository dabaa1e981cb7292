//! A process that appends, in many tasks at once, and says what it was told.

mod content;
mod task;
mod transaction;
mod unknown;

use crate::{
    Result,
    args::Writer,
    origin::Author,
    record::{Order, Said, orders, say},
};
use content::Versions;
use factum_core::{Causes, StoreError};
use factum_store_postgres::PgStore;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use task::Task;
use tokio::{task::JoinSet, time::sleep};
use unknown::Unknown;

/// How long the server may be away.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);
/// How long to wait before something that failed for a while is tried again.
pub(crate) const AGAIN: Duration = Duration::from_millis(25);

/// Appends when it is told to, until its input ends.
pub(crate) async fn run(writer: &Writer) -> Result<()> {
    let mut orders = orders();
    let store = open(&writer.url).await?;
    say(&Said::Ready);
    let rests = Arc::new(AtomicBool::new(false));
    let unknown = Arc::new(Unknown::default());
    let versions = Arc::new(Versions::default());
    let mut idle: Vec<_> = (0..writer.tasks)
        .map(|task| {
            let author = Author { writer: writer.number, life: writer.life, task };
            Task::new(author, writer.seed, &store, &versions, &unknown)
        })
        .collect();
    let mut busy = JoinSet::new();
    while let Some(order) = orders.recv().await {
        match order {
            Order::Run => {
                rests.store(false, Ordering::Relaxed);
                for task in idle.drain(..) {
                    busy.spawn(task.run(Arc::clone(&rests)));
                }
            }
            Order::Rest => {
                rests.store(true, Ordering::Relaxed);
                while let Some(task) = busy.join_next().await {
                    idle.push(task?);
                }
                unknown.resolve(&store).await?;
                say(&Said::Rested);
            }
        }
    }
    Ok(())
}

/// Opens the store, for which the server may have to come back first.
pub(crate) async fn open(url: &str) -> Result<PgStore> {
    let begun = Instant::now();
    loop {
        match PgStore::connect(url).await {
            Ok(store) => return Ok(store),
            Err(error) => wait_out(error, begun).await?,
        }
    }
}

/// Waits a moment after an error that may pass; gives back one that may not, or has lasted for too long.
pub(crate) async fn wait_out(error: StoreError, begun: Instant) -> Result<()> {
    if !error.is_transient() || begun.elapsed() > DEADLINE {
        return Err(error.into());
    }
    sleep(AGAIN).await;
    Ok(())
}

/// Says that an error is not one that passes, although the server was only away.
pub(crate) fn complain(error: &StoreError) {
    if !error.is_transient() {
        say(&Said::Wrong(format!("an error that is said not to pass: {}", Causes(error))));
    }
}
