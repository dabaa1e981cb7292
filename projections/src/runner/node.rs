use super::{
    failure::CALLS,
    options::Options,
    progress::{Board, Status},
    share::{Ended, Shared},
    waiter::Wanted,
};
use factum_core::{
    StoreError,
    lease::{Group, NodeId, Roll},
    projection::Project,
    sink::Sink,
};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::{
    task::{Id, JoinSet},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

/// How soon it is looked again while there is something to wait for: a partition that another node may give back, or how far
/// others have come.
const SOON: Duration = Duration::from_millis(250);
const AT_ONCE: Duration = Duration::from_millis(20);

/// One node among those that run a projection: it says that it is there, takes its fair share of the partitions, and gives back
/// what is more than that.
pub(super) struct Node<P, K> {
    shared: Arc<Shared<P, K>>,
    group: Group,
    id: NodeId,
    options: Options,
    wanted: Arc<Wanted>,
    tasks: JoinSet<Ended>,
    /// The partitions that are applied here.
    mine: HashMap<u16, CancellationToken>,
    numbers: HashMap<Id, u16>,
    /// Whether its read model is known to be of this log.
    checked: bool,
}

impl<K: Sink, P: Project<K>> Node<P, K> {
    pub(super) fn new(
        shared: Arc<Shared<P, K>>,
        group: Group,
        options: Options,
        wanted: Arc<Wanted>,
    ) -> Self {
        Self {
            id: shared.node,
            shared,
            group,
            options,
            wanted,
            tasks: JoinSet::new(),
            mine: HashMap::new(),
            numbers: HashMap::new(),
            checked: false,
        }
    }

    /// Runs until it is stopped, or an error that nobody can mend; how it has ended.
    pub(super) async fn run(mut self, stop: &CancellationToken) -> Status {
        let (mut failed, mut next) = (0_u32, Instant::now());
        let status = loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break Status::Stopped,
                Some(ended) = self.tasks.join_next_with_id(), if !self.tasks.is_empty() => {
                    if let Some(status) = self.ended(ended) {
                        break status;
                    }
                    next = Instant::now();
                }
                () = self.wanted.more.notified() => next = next.min(Instant::now() + AT_ONCE),
                () = sleep_until(next) => match self.beat(stop).await {
                    Ok(pause) => (failed, next) = (0, Instant::now() + pause),
                    Err(error) if error.is_transient() => {
                        failed += 1;
                        tracing::warn!(projection = P::NAME, error = &error as &dyn std::error::Error, "node is not heard");
                        next = Instant::now() + CALLS.before(failed.saturating_add(1));
                        if self.mine.is_empty() {
                            self.board().is(Status::Retrying(Arc::new(error)));
                        }
                    }
                    Err(error) => break Status::Failed(Arc::new(error)),
                },
            }
        };
        self.leave().await;
        status
    }

    fn board(&self) -> &Board {
        &self.shared.board
    }

    /// Says that it is there, and takes and gives back; how long it may be silent.
    async fn beat(&mut self, stop: &CancellationToken) -> Result<Duration, StoreError> {
        if !self.checked {
            self.shared.check_log(&self.group).await?;
            self.group.start = self.options.from.position(&self.shared.log).await?;
            self.checked = true;
        }
        let sink = &self.shared.sink;
        let roll = sink.beat(&self.group, self.id, self.options.lease).await?;
        self.board().heard(&roll);
        let fair = usize::from(self.group.partitions).div_ceil(roll.nodes.max(1));
        if self.mine.len() > fair {
            self.give_back(self.mine.len() - fair);
        }
        let mut waits = false;
        for number in self.order() {
            if self.mine.len() >= fair {
                break;
            }
            if self.mine.contains_key(&number) {
                continue;
            }
            waits = true;
            if is_free(&roll, number, self.id) {
                self.take(number, stop).await?;
            }
        }
        let hears = self.wanted.is_wanted() && self.mine.len() < usize::from(self.group.partitions);
        let calm = (self.options.lease / 5).max(AT_ONCE);
        Ok(if hears {
            AT_ONCE
        } else if waits && self.mine.len() < fair {
            SOON.min(calm)
        } else {
            calm
        })
    }

    /// The partitions, in an order of its own, so that nodes do not all want the same one first.
    fn order(&self) -> impl Iterator<Item = u16> + use<P, K> {
        let of = self.group.partitions;
        let first = (self.id.0.as_u128() % u128::from(of)) as u16;
        (0..of).map(move |n| ((u32::from(first) + u32::from(n)) % u32::from(of)) as u16)
    }

    async fn take(&mut self, number: u16, stop: &CancellationToken) -> Result<(), StoreError> {
        let lease = self.shared.sink.lease(&self.group, number, self.id, self.options.lease).await?;
        let Some(checkpoint) = lease else { return Ok(()) };
        let stop = stop.child_token();
        let shared = Arc::clone(&self.shared);
        let (group, options, stopped) = (self.group.clone(), self.options, stop.clone());
        let task = self
            .tasks
            .spawn(async move { shared.apply(&group, number, checkpoint, options, &stopped).await });
        self.numbers.insert(task.id(), number);
        self.mine.insert(number, stop);
        Ok(())
    }

    /// Stops applying some of its partitions; they are given back when the batches that are under way have ended.
    fn give_back(&self, count: usize) {
        let order: Vec<u16> = self.order().collect();
        let mine = order.iter().rev().filter_map(|number| self.mine.get(number));
        mine.take(count).for_each(CancellationToken::cancel);
    }

    /// A partition is not applied here any more. How the whole projection ends, if it does.
    fn ended(&mut self, ended: Result<(Id, Ended), tokio::task::JoinError>) -> Option<Status> {
        let (id, ended) = match ended {
            Ok((id, ended)) => (id, ended),
            Err(error) => (error.id(), Ended::Panicked),
        };
        if let Some(number) = self.numbers.remove(&id) {
            self.mine.remove(&number);
            self.board().left(number);
        }
        match ended {
            Ended::Stopped | Ended::Deposed => None,
            Ended::Failed(error) => Some(Status::Failed(error)),
            Ended::Panicked => Some(Status::Panicked),
        }
    }

    /// Finishes the batches that are under way, and gives everything back.
    async fn leave(&mut self) {
        self.mine.values().for_each(CancellationToken::cancel);
        while let Some(ended) = self.tasks.join_next_with_id().await {
            self.ended(ended);
        }
        if let Err(error) = self.shared.sink.leave(&self.group, self.id).await {
            tracing::warn!(
                projection = P::NAME,
                error = &error as &dyn std::error::Error,
                "others have to wait until its leases have ended"
            );
        }
    }
}

/// Whether nobody has it, as far as is known; what this node has without applying it is left of a task that has ended.
fn is_free(roll: &Roll, number: u16, node: NodeId) -> bool {
    roll.leases.get(usize::from(number)).is_some_and(|lease| lease.holder.is_none_or(|holder| holder == node))
}
