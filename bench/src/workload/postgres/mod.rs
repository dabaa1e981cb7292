//! What is measured of PostgreSQL alone, or otherwise than with the other stores.

mod appends;
mod commands;
mod disk;
mod fold;
mod growth;
pub(crate) mod live;

use super::{Workload, commands::Load};
use crate::{Failure, figure::Figure, place::WRITERS};
use std::num::NonZeroUsize;

/// The database, and how it is measured.
pub(crate) struct Postgres {
    pub(crate) url: String,
    pub(crate) repeat: usize,
    /// Commands and appends are measured with each of these numbers of groups under way at once.
    pub(crate) writers: Vec<NonZeroUsize>,
    /// Events that are in the log when growth is measured.
    pub(crate) sizes: Vec<u64>,
}

impl Postgres {
    pub(crate) const WORKLOADS: [Workload; 16] = [
        Workload::W1,
        Workload::W2,
        Workload::Hot,
        Workload::Appends,
        Workload::W3,
        Workload::W4,
        Workload::W5,
        Workload::Documents,
        Workload::Rebuild,
        Workload::Visible,
        Workload::Lifecycles,
        Workload::Relay,
        Workload::W6,
        Workload::Disk,
        Workload::Copy,
        Workload::Growth,
    ];

    /// Measures it, and prints its figures. False if it is measured as with the other stores.
    pub(crate) async fn measure(&self, workload: Workload) -> Result<bool, Failure> {
        match workload {
            Workload::W1 => {
                let load = Load { tasks: 1, commands: 2_000, accounts: 200 };
                commands::measure(self, WRITERS, "W1 commands, 1 client", load).await?;
            }
            Workload::W2 => {
                for &writers in &self.writers {
                    for (metric, tasks) in [("W2 commands, 32 tasks", 32), ("commands, 256 tasks", 256)] {
                        let load = Load { tasks, commands: 20_000, accounts: 2_000 };
                        commands::measure(self, writers, metric, load).await?;
                    }
                }
            }
            Workload::Appends => {
                for &writers in &self.writers {
                    appends::measure(self, writers).await?;
                }
            }
            Workload::W5 => fold::measure(self).await?,
            Workload::W6 => live::measure(self).await?,
            Workload::Disk => disk::measure(self).await?,
            Workload::Copy => commands::copy(self).await?,
            Workload::Growth => growth::measure(self).await?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn figure(&self, metric: String, unit: &'static str) -> Figure {
        Figure::new("factum, postgres", metric, unit)
    }

    /// Says with how many writers, unless that is the number that a store has by itself.
    fn metric(&self, metric: &str, writers: NonZeroUsize) -> String {
        if writers == WRITERS {
            return metric.to_owned();
        }
        // Not as a W2, which is what other libraries are compared with.
        let metric = metric.trim_start_matches("W2 ");
        let s = if writers.get() == 1 { "" } else { "s" };
        format!("{writers} writer{s}: {metric}")
    }
}
