//! What is measured. The numbers are those of the harness that other libraries are measured with.

mod append;
mod commands;
mod rehydrate;
mod replay;

use crate::{figure::Figure, place::Place};
use clap::ValueEnum;
use std::error::Error;

/// For `--help`.
pub(crate) const HELP: &str = "\
Workloads. A command loads its account, decides, and appends its events of about 120 bytes; it is durable when it
returns, where the store is. Each repetition has a new store; in memory, those of the first half second do not count.

  W1   2,000 commands on 200 accounts from one client
  W2   20,000 commands on 2,000 accounts from 32 tasks; then 40,000 on 4,000 from 256 tasks, which is to be compared with
       the rate of W1
  hot  2,000 commands from 200 tasks on one account
  W3   2,000 commands of 10 events each, one client, each on a new account
  W4   loads one account of 10,000 events
  W5   a projection of a document for each of 2,000 accounts over 100,000 stored events, until documents and checkpoint
       are durable
  W7   20,000 commands on 2,000 accounts, one client, one thread (memory only)

The floor is measured just before each value, on a file of its own: for commands a SELECT of the stream and a one-row
INSERT, for W3 ten rows a transaction, for W4 and W5 a SELECT of the rows, each decoded from JSON; one client.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Workload {
    #[value(name = "W1", alias = "w1")]
    W1,
    #[value(name = "W2", alias = "w2")]
    W2,
    #[value(name = "hot")]
    Hot,
    #[value(name = "W3", alias = "w3")]
    W3,
    #[value(name = "W4", alias = "w4")]
    W4,
    #[value(name = "W5", alias = "w5")]
    W5,
    #[value(name = "W7", alias = "w7")]
    W7,
}

/// One run of the program.
pub(crate) struct Session {
    place: Place,
    repeat: usize,
    /// Our own rate with one client, once it has been measured.
    single: Option<f64>,
}

impl Session {
    pub(crate) const fn new(place: Place, repeat: usize) -> Self {
        Self { place, repeat, single: None }
    }

    /// Those that make sense on the store.
    pub(crate) fn workloads(&self) -> Vec<Workload> {
        let others = Workload::value_variants().iter().copied().filter(|workload| *workload != Workload::W7);
        // First, on a heap that the threads of the others have not been at.
        let one_thread = matches!(self.place, Place::Memory).then_some(Workload::W7);
        one_thread.into_iter().chain(others).collect()
    }

    /// Measures it, and prints its figures.
    pub(crate) async fn measure(&mut self, workload: Workload) -> Result<(), Box<dyn Error>> {
        match workload {
            Workload::W1 => {
                let figure = self.commands("W1 commands, 1 client", 1, 2_000, 200).await?;
                self.single = Some(figure.median());
                figure.print()?;
            }
            Workload::W2 => {
                for (metric, tasks, commands, accounts) in [
                    ("W2 commands, 32 tasks", 32, 20_000, 2_000),
                    ("commands, 256 tasks", 256, 40_000, 4_000),
                ] {
                    let mut figure = self.commands(metric, tasks, commands, accounts).await?;
                    if let Some(single) = self.single {
                        figure.note(format!(
                            "{:.1} times our own rate with one client",
                            figure.median() / single
                        ));
                    }
                    figure.print()?;
                }
            }
            Workload::Hot => {
                self.commands("commands, 200 tasks on one aggregate", 200, 2_000, 1).await?.print()?;
            }
            Workload::W3 => append::measure(&self.place, self.repeat).await?.print()?,
            Workload::W4 => rehydrate::measure(&self.place, self.repeat).await?.print()?,
            Workload::W5 => replay::measure(&self.place, self.repeat).await?.print()?,
            Workload::W7 => {
                let mut figure = self.commands("W7 in-memory commands", 1, 20_000, 2_000).await?;
                figure.note("one thread, a runtime of the current thread");
                figure.print()?;
            }
        }
        Ok(())
    }

    async fn commands(
        &self,
        metric: &str,
        tasks: u64,
        commands: u64,
        accounts: u64,
    ) -> Result<Figure, Box<dyn Error>> {
        commands::measure(&self.place, self.repeat, metric, tasks, commands, accounts).await
    }
}
