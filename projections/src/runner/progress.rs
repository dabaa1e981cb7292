use crate::node::Ended;
use factum_core::{Position, lease::Roll};
use std::{error::Error, sync::Arc, time::Instant};
use tokio::sync::watch;

/// How far a projection has come.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Progress {
    /// Everything up to here has been applied or is in quarantine, in all partitions, as far as this node knows.
    pub position: Position,
    /// What it is doing here.
    pub status: Status,
    /// The partitions, by number.
    pub partitions: Vec<PartitionProgress>,
    /// Which generation of the read model it is.
    pub generation: u32,
    /// The generation that is being made beside it, if there is one.
    pub filling: Option<Filling>,
}

/// A generation of a read model that is being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Filling {
    /// Its number.
    pub generation: u32,
    /// Everything up to here is in it, as far as this node knows.
    pub position: Position,
    /// Whether it waits for somebody to activate it.
    pub is_held: bool,
}

/// How far a partition has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PartitionProgress {
    /// Everything up to here has been applied or is in quarantine; of a partition that another node has, what was last heard.
    pub position: Position,
    /// Who applies it.
    pub holder: Holder,
    /// How many lanes are in quarantine; only known of partitions that this node applies.
    pub held: usize,
    /// When the task that applies it has last shown that it lives; only of partitions that this node applies.
    pub alive_at: Option<Instant>,
    /// When it has last come further; only of partitions that this node applies.
    pub moved_at: Option<Instant>,
}

/// Who applies a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Holder {
    /// Nobody, for a moment.
    Nobody,
    /// This node.
    Here,
    /// Another node.
    Elsewhere,
}

/// What a projection is doing on this node.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Status {
    /// It has not read its checkpoint yet.
    Starting,
    /// It applies events as they come.
    Running,
    /// Other nodes have all its partitions. It takes over when one of them has gone.
    StandBy,
    /// It met an error that may pass, and begins again at its checkpoint after a pause.
    Retrying(Arc<dyn Error + Send + Sync>),
    /// It was stopped.
    Stopped,
    /// It met an error that trying again cannot mend, and has stopped. The read model is as of [`Progress::position`].
    Failed(Arc<dyn Error + Send + Sync>),
    /// Its code panicked where no event can be blamed, and it has stopped. The read model is as of [`Progress::position`].
    Panicked,
}

/// Of a node that has ended; a node as a whole is never deposed.
impl From<Ended> for Status {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Stopped | Ended::Deposed => Self::Stopped,
            Ended::Failed(error) => Self::Failed(error),
            Ended::Panicked => Self::Panicked,
        }
    }
}

impl Status {
    /// Whether it has ended: nothing will be applied here any more.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Stopped | Self::Failed(_) | Self::Panicked)
    }
}

impl Progress {
    pub(super) fn new(partitions: u16) -> Self {
        let none = PartitionProgress {
            position: Position::START,
            holder: Holder::Nobody,
            held: 0,
            alive_at: None,
            moved_at: None,
        };
        Self {
            position: Position::START,
            status: Status::Starting,
            partitions: vec![none; usize::from(partitions)],
            generation: 0,
            filling: None,
        }
    }

    /// How many lanes are in quarantine in the partitions that this node applies.
    #[must_use]
    pub fn held(&self) -> usize {
        self.partitions.iter().map(|partition| partition.held).sum()
    }

    /// Changes what is known of partitions.
    fn update(&mut self, change: impl FnOnce(&mut [PartitionProgress])) {
        change(&mut self.partitions);
        self.position = self.partitions.iter().map(|partition| partition.position).min().unwrap_or_default();
    }
}

/// Where the partitions of a projection tell how far they have come.
pub(super) struct Board(watch::Sender<Progress>);

impl Board {
    pub(super) fn new(partitions: u16) -> (Self, watch::Receiver<Progress>) {
        let (board, seen) = watch::channel(Progress::new(partitions));
        (Self(board), seen)
    }

    /// A partition is applied here now.
    pub(super) fn runs(&self, partition: u16, position: Position, held: usize) {
        self.0.send_modify(|progress| {
            progress.status = Status::Running;
            progress.update(|partitions| {
                let (alive_at, holder) = (Some(Instant::now()), Holder::Here);
                partitions[usize::from(partition)] =
                    PartitionProgress { position, holder, held, alive_at, moved_at: alive_at };
            });
        });
    }

    /// A partition that is applied here has come further.
    pub(super) fn moved(&self, partition: u16, position: Position, held: usize) {
        self.0.send_modify(|progress| {
            progress.update(|partitions| {
                let partition = &mut partitions[usize::from(partition)];
                let now = Some(Instant::now());
                if position > partition.position {
                    partition.moved_at = now;
                }
                (partition.position, partition.held, partition.alive_at) = (position, held, now);
            });
        });
    }

    /// A partition that is applied here has nothing to do. Nobody who waits has to know.
    pub(super) fn idles(&self, partition: u16) {
        self.0.send_if_modified(|progress| {
            progress.partitions[usize::from(partition)].alive_at = Some(Instant::now());
            false
        });
    }

    /// A partition is not applied here any more.
    pub(super) fn left(&self, partition: u16) {
        self.0.send_modify(|progress| {
            let left = &mut progress.partitions[usize::from(partition)];
            (left.holder, left.held, left.alive_at, left.moved_at) = (Holder::Nobody, 0, None, None);
        });
    }

    /// What the sink says of the partitions that others apply.
    pub(super) fn heard(&self, roll: &Roll) {
        self.0.send_if_modified(|progress| {
            let before = progress.partitions.clone();
            progress.update(|partitions| {
                for (known, lease) in partitions.iter_mut().zip(&roll.leases) {
                    if known.holder != Holder::Here {
                        known.position = lease.checkpoint.position.max(known.position);
                        known.holder =
                            if lease.holder.is_some() { Holder::Elsewhere } else { Holder::Nobody };
                    }
                }
            });
            let stands_by = progress.partitions.iter().all(|known| known.holder == Holder::Elsewhere);
            if stands_by && matches!(progress.status, Status::Starting | Status::Running) {
                progress.status = Status::StandBy;
                return true;
            }
            progress.partitions != before
        });
    }

    /// Which generation is told of here.
    pub(super) fn makes(&self, generation: u32) {
        self.0.send_modify(|progress| progress.generation = generation);
    }

    /// Which generation is being made beside this one.
    pub(super) fn fills(&self, filling: Option<Filling>) {
        self.0.send_if_modified(|progress| std::mem::replace(&mut progress.filling, filling) != filling);
    }

    /// What is told.
    pub(super) fn read(&self) -> watch::Ref<'_, Progress> {
        self.0.borrow()
    }

    /// How it has ended, if that has not been told.
    pub(super) fn ends(&self, status: Status) {
        self.0.send_if_modified(|progress| {
            let is_new = !progress.status.is_final();
            if is_new {
                progress.status = status;
            }
            is_new
        });
    }

    /// What a partition is doing, other than applying events.
    pub(super) fn is(&self, status: Status) {
        self.0.send_modify(|progress| progress.status = status);
    }

    /// How far a partition has come.
    pub(super) fn position(&self, partition: u16) -> Position {
        self.0.borrow().partitions[usize::from(partition)].position
    }
}
