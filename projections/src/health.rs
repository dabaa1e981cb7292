//! How a projection is: whether it lives, apart from whether it gets on.

use crate::runner::{Holder, Progress, Status, Waiter};
use factum_core::{
    Position, Query, StoreError,
    store::{EventReader, ReadLog},
};
use std::time::Duration;

/// How a projection is, as one node of those that run it sees it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Health {
    /// The projection's name.
    pub name: &'static str,
    /// What it is doing on this node.
    pub status: Status,
    /// The generation of the read model that is read.
    pub generation: u32,
    /// The partitions, by number.
    pub partitions: Vec<PartitionHealth>,
    /// How many positions the partition that is most behind has to go to the end of the log. Those of events that do not
    /// concern it count too, until it has passed over them.
    pub behind: u64,
    /// How long ago the first event behind that was recorded; zero when there is none.
    pub lag: Duration,
    /// How many lanes are in quarantine, in all partitions.
    pub parked_lanes: usize,
    /// How long the oldest event in quarantine has been there.
    pub oldest_parked: Option<Duration>,
}

/// How a partition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PartitionHealth {
    /// Its number.
    pub number: u16,
    /// Who applies it.
    pub holder: Holder,
    /// Everything up to here is applied or in quarantine.
    pub position: Position,
    /// How many positions there are from there to the end of the log.
    pub behind: u64,
    /// How long ago the task that applies it has shown that it lives, which it does each second at least while it does nothing
    /// else; only known on the node that applies it.
    pub alive: Option<Duration>,
    /// How long ago it has come further; only known on the node that applies it.
    pub moved: Option<Duration>,
}

impl Health {
    /// Whether nobody has to be called: it runs or stands by, nothing is in quarantine, and every partition has somebody.
    #[must_use]
    pub fn is_well(&self) -> bool {
        matches!(self.status, Status::Running | Status::StandBy)
            && self.parked_lanes == 0
            && self.partitions.iter().all(|partition| partition.holder != Holder::Nobody)
    }
}

/// Looks at a projection; `None` for one that is folded on demand.
pub(crate) async fn look(waiter: &Waiter, log: &dyn EventReader) -> Result<Option<Health>, StoreError> {
    let Some(progress) = waiter.progress() else { return Ok(None) };
    let head = log.head().await?;
    let (parked_lanes, oldest_parked) = waiter.parked().await?;
    Ok(Some(Health {
        name: waiter.name(),
        behind: head.get().saturating_sub(progress.position.get()),
        lag: lag(&progress, head, log).await?,
        parked_lanes,
        oldest_parked,
        partitions: partitions(&progress, head),
        generation: progress.generation,
        status: progress.status,
    }))
}

fn partitions(progress: &Progress, head: Position) -> Vec<PartitionHealth> {
    let partition = |(number, known): (u16, &crate::runner::PartitionProgress)| PartitionHealth {
        number,
        holder: known.holder,
        position: known.position,
        behind: head.get().saturating_sub(known.position.get()),
        alive: known.alive_at.map(|at| at.elapsed()),
        moved: known.moved_at.map(|at| at.elapsed()),
    };
    (0..).zip(&progress.partitions).map(partition).collect()
}

async fn lag(progress: &Progress, head: Position, log: &dyn EventReader) -> Result<Duration, StoreError> {
    if progress.position >= head {
        return Ok(Duration::ZERO);
    }
    let next = log.read_log(ReadLog::new(Query::all()).after(progress.position).limit(1)).await?;
    let recorded = next.events.first().map(|event| event.recorded_at);
    Ok(recorded.map_or(Duration::ZERO, |at| (chrono::Utc::now() - at).to_std().unwrap_or_default()))
}
