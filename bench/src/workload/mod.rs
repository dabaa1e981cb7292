//! What is measured. The numbers are those of the harness that the peers are measured with.

mod commands;
mod rehydrate;
mod replay;

use crate::{figure::Figure, place::Place};
use std::error::Error;

#[derive(Clone, Copy)]
pub(crate) enum Workload {
    /// Commands from so many tasks, on so many accounts.
    Commands { name: &'static str, metric: &'static str, tasks: u64, commands: u64, accounts: u64 },
    /// Loads one long stream.
    Rehydrate,
    /// A projection over everything stored.
    Replay,
}

/// The workloads that make sense on a store.
pub(crate) fn all(place: &Place) -> Vec<Workload> {
    let commands = |name, metric, tasks, commands, accounts| Workload::Commands {
        name,
        metric,
        tasks,
        commands,
        accounts,
    };
    let mut all = match place {
        Place::Sqlite(_) => vec![
            commands("W1", "W1 commands, 1 client", 1, 2_000, 200),
            commands("W2", "W2 commands, 32 tasks", 32, 20_000, 2_000),
            commands("W2", "W2 commands, 256 tasks", 256, 40_000, 4_000),
        ],
        Place::Memory => {
            vec![commands("W7", "W7 commands on the in-memory store, 1 task", 1, 200_000, 20_000)]
        }
    };
    all.extend([Workload::Rehydrate, Workload::Replay]);
    all
}

impl Workload {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Commands { name, .. } => name,
            Self::Rehydrate => "W4",
            Self::Replay => "W5",
        }
    }

    pub(crate) async fn measure(self, place: &Place, repeat: usize) -> Result<Figure, Box<dyn Error>> {
        match self {
            Self::Commands { metric, tasks, commands, accounts, .. } => {
                commands::measure(place, repeat, metric, tasks, commands, accounts).await
            }
            Self::Rehydrate => rehydrate::measure(place, repeat).await,
            Self::Replay => replay::measure(place, repeat).await,
        }
    }
}
