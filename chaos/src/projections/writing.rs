//! What appends meanwhile.

use super::model::{ACCOUNTS, Added, stream};
use crate::{
    Result,
    plan::{Chooser, choices},
};
use factum_core::{Append, EventAppender as _, NewEvent};
use factum_store_postgres::PgStore;
use rand::RngExt as _;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};
use tokio::{
    task::JoinSet,
    time::{Duration, sleep},
};

const TASKS: u8 = 4;
/// Between two appends of a task: so many events a second as leave the nodes something to do, and room to catch up.
const PAUSE: Duration = Duration::from_millis(5);

/// Appends in the background until it is stopped.
pub(crate) struct Writing {
    stop: Arc<AtomicBool>,
    tasks: JoinSet<Result<()>>,
}

impl Writing {
    pub(crate) fn start(store: &PgStore, seed: u64, round: u32) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            let (store, stop) = (store.clone(), Arc::clone(&stop));
            let chooser = Chooser::Task { writer: 0, life: round as u16, task };
            let mut choices = choices(seed, chooser);
            tasks.spawn(async move {
                while !stop.load(Relaxed) {
                    let mut events = Vec::new();
                    for _ in 0..choices.random_range(1..=8) {
                        let labels =
                            (0..choices.random_range(0..3)).map(|_| choices.random_range(0..20)).collect();
                        let added = Added { amount: choices.random_range(1..1_000), labels };
                        events.push(NewEvent::of(stream(choices.random_range(0..ACCOUNTS)), &added)?);
                    }
                    store.append_one(Append::new(events)).await?;
                    sleep(PAUSE).await;
                }
                Ok(())
            });
        }
        Self { stop, tasks }
    }

    pub(crate) async fn stop(mut self) -> Result<()> {
        self.stop.store(true, Relaxed);
        while let Some(ended) = self.tasks.join_next().await {
            ended??;
        }
        Ok(())
    }
}
