//! What is measured. The numbers are those of the harness that other libraries are measured with.

mod append;
mod commands;
mod lifecycles;
pub(crate) mod postgres;
mod rebuild;
mod rehydrate;
mod relay;
mod replay;
mod visible;

use self::{commands::Load, postgres::Postgres};
use crate::{Failure, broker::Broker, figure::Figure, place::Place};
use clap::ValueEnum;
use std::num::NonZeroUsize;

/// For `--help`.
pub(crate) const HELP: &str = "\
Workloads. A command loads its account, decides, and appends its events of about 120 bytes; it is durable when it
returns, where the store is. Each repetition has a new store; in memory, those of the first half second do not count.

  W1       2,000 commands on 200 accounts from one client
  W2       20,000 commands on 2,000 accounts from 32 tasks; then 40,000 on 4,000 from 256 tasks, which is to be compared
           with the rate of W1
  hot      2,000 commands from 200 tasks on one account
  W3       2,000 appends of 10 events, one client, each to a new account; then commands that do the same, for which the
           account has to be looked for first
  W4       loads one account of 10,000 events
  W5       a projection of a document for each of 2,000 accounts over 100,000 stored events, until documents and
           checkpoint are durable
  rebuild  a document for each of 50,000 accounts from 1,000,000 events, made anew while it is read, in 1, 2 and 4
           partitions that are applied at the same time
  visible  from the return of an append to a document that has its event, at half of the load that the store can take
  lifecycles  appends from 32 tasks beside a read model that is async, inline or live, compared with those beside none; and
           how long it takes from an append to the document that has it being read
  relay    100,000 stored events are published and confirmed, in 1 and 4 partitions; and how long it takes from the return of an
           append until a consumer has the message. Beside a bare client that publishes the same bytes, confirmed, with 1,024
           of them on their way at a time; only with `--brokers`
  W7       20,000 commands on 2,000 accounts, one client, one thread (memory only)

The floor is measured beside each value, in ten parts, before ours and after ours in turn, on a file of its own: for commands a SELECT of
the stream and a one-row INSERT, for W3 ten rows a transaction, for W4 and W5 a SELECT of the rows, each decoded from
JSON; one client.

On PostgreSQL the floor has 16 connections of tokio-postgres and as many tasks as what it is compared with, and there is
more to measure, or other things:

  W1, W2   each command loads its account, as the floor does; beside it, with accounts kept in memory. W2 has 20,000
           commands on 2,000 accounts also from 256 tasks, and gives the WAL that an event takes.
  appends  50,000 appends of one event with an exact version over 5,000 streams, from 32, 256 and 1,024 tasks; the floor
           is a bare group commit, and then the store itself without its watermark
  W5       balances folded in memory over 100,000 stored events, with a durable checkpoint for each page
  documents  what W5 is on the other stores
  W6       from the return of an append to a subscriber having its event, in this process and in another one
  disk     what is on the disk for an event with a payload of 120 bytes, after 1,000,000 single-event appends to 20,000
           streams
  copy     the rate of binary COPY into the floor's table, to compare imports with
  growth   appends, also with a tag and with a condition on it, and loads with 10 thousand, 1 million and 10 million events
           in the log (`--sizes`); only with `--only growth`

Every measurement is in schemas of its own, whose names begin with `bench_`; they are dropped afterwards. What else the
server is doing shows in the figures, also in the WAL.";

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
    #[value(name = "W6", alias = "w6")]
    W6,
    #[value(name = "W7", alias = "w7")]
    W7,
    Rebuild,
    Visible,
    Lifecycles,
    Relay,
    Appends,
    Documents,
    Disk,
    Copy,
    Growth,
}

/// One run of the program.
pub(crate) struct Session {
    place: Place,
    repeat: usize,
    /// The other things that are asked of PostgreSQL, if it is what is measured.
    postgres: Option<Postgres>,
    /// Our own rate with one client, once it has been measured.
    single: Option<f64>,
    brokers: Vec<Broker>,
}

impl Session {
    pub(crate) fn new(
        place: Place,
        repeat: usize,
        writers: Vec<NonZeroUsize>,
        sizes: Vec<u64>,
        brokers: Vec<Broker>,
    ) -> Self {
        let postgres = match &place {
            Place::Postgres(url) => Some(Postgres { url: url.clone(), repeat, writers, sizes }),
            Place::Memory | Place::Sqlite(_) => None,
        };
        Self { place, repeat, postgres, single: None, brokers }
    }

    /// Those that make sense on the store, of those that are asked for; if none is, those that take minutes at most.
    pub(crate) fn workloads(&self, only: &[Workload]) -> Vec<Workload> {
        use Workload::{Growth, Hot, Lifecycles, Rebuild, Relay, Visible, W1, W2, W3, W4, W5, W7};
        let all: &[_] = match &self.place {
            // First the one of one thread, on a heap that the threads of the others have not been at.
            Place::Memory => &[W7, W1, W2, Hot, W3, W4, W5, Rebuild, Visible, Lifecycles, Relay],
            Place::Sqlite(_) => &[W1, W2, Hot, W3, W4, W5, Rebuild, Visible, Lifecycles, Relay],
            Place::Postgres(_) => &Postgres::WORKLOADS,
        };
        let is_wanted = |workload: &Workload| match only {
            [] => *workload != Growth && (*workload != Relay || !self.brokers.is_empty()),
            only => only.contains(workload),
        };
        all.iter().copied().filter(is_wanted).collect()
    }

    /// Measures it, and prints its figures.
    pub(crate) async fn measure(&mut self, workload: Workload) -> Result<(), Failure> {
        if let Some(postgres) = &self.postgres
            && postgres.measure(workload).await?
        {
            return Ok(());
        }
        match workload {
            Workload::W1 => {
                let figure = self.commands("W1 commands, 1 client", 1, 2_000, 200).await?;
                self.single = Some(figure.median());
                figure.print()
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
                Ok(())
            }
            Workload::Hot => {
                self.commands("commands, 200 tasks on one aggregate", 200, 2_000, 1).await?.print()
            }
            Workload::W3 => {
                let figures = append::measure(&self.place, self.repeat).await?;
                figures.iter().try_for_each(Figure::print)
            }
            Workload::W4 => rehydrate::measure(&self.place, self.repeat).await?.print(),
            Workload::Rebuild => {
                let figures = rebuild::measure(&self.place, self.repeat).await?;
                figures.iter().try_for_each(Figure::print)
            }
            Workload::Visible => {
                let figures = visible::measure(&self.place, self.repeat).await?;
                figures.iter().try_for_each(Figure::print)
            }
            Workload::Lifecycles => {
                let figures = lifecycles::measure(&self.place, self.repeat).await?;
                figures.iter().try_for_each(Figure::print)
            }
            Workload::Relay if self.brokers.is_empty() => Err("`--brokers` says which".into()),
            Workload::Relay => {
                for broker in &self.brokers {
                    let figures = relay::throughput(&self.place, self.repeat, broker).await?;
                    figures.iter().try_for_each(Figure::print)?;
                    let figures = relay::latency(&self.place, self.repeat, broker).await?;
                    figures.iter().try_for_each(Figure::print)?;
                }
                Ok(())
            }
            Workload::W5 => self.documents("W5 catch-up projection").await,
            Workload::Documents => self.documents("catch-up projection of documents").await,
            Workload::W7 => {
                let mut figure = self.commands("W7 in-memory commands", 1, 20_000, 2_000).await?;
                figure.note("one thread, a runtime of the current thread");
                figure.print()
            }
            _ => Err("it is measured on PostgreSQL only".into()),
        }
    }

    async fn documents(&self, metric: &str) -> Result<(), Failure> {
        replay::measure(&self.place, self.repeat, metric).await?.print()
    }

    async fn commands(
        &self,
        metric: &str,
        tasks: u64,
        commands: u64,
        accounts: u64,
    ) -> Result<Figure, Failure> {
        commands::measure(&self.place, self.repeat, metric, Load { tasks, commands, accounts }).await
    }
}
