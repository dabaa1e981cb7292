//! One node among those that share the partitions of a consumer: a runner of a projection, or a member of a consumer group.

mod background;
mod duty;

pub(crate) use self::{
    background::Background,
    duty::{Duty, Ended},
};

use factum_core::{
    Causes, Checkpoint, LeaseStore, StoreError,
    bus::Backoff,
    lease::{Group, NodeId, Roll},
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

/// How long to wait before calling a store again that could not be reached.
pub(crate) const CALLS: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(5));

/// One node: it says that it is there, takes its fair share of the partitions, and gives back what is more than that.
pub(crate) struct Node<D> {
    duty: Arc<D>,
    group: Group,
    id: NodeId,
    /// For how long a partition stays with a node that says nothing.
    lease: Duration,
    /// When it says again that it is there.
    next: Instant,
    tasks: JoinSet<Ended>,
    /// The partitions that are held here.
    mine: HashMap<u16, CancellationToken>,
    numbers: HashMap<Id, u16>,
    /// Whether it is known where the group begins.
    begun: bool,
}

impl<D: Duty> Node<D> {
    pub(crate) fn new(duty: Arc<D>, group: Group, id: NodeId, lease: Duration) -> Self {
        Self {
            duty,
            group,
            id,
            lease,
            next: Instant::now(),
            tasks: JoinSet::new(),
            mine: HashMap::new(),
            numbers: HashMap::new(),
            begun: false,
        }
    }

    /// Runs until it is stopped, or an error that nobody can mend; how it has ended.
    pub(crate) async fn run(mut self, stop: &CancellationToken) -> Ended {
        let mut failed = 0_u32;
        let ended = loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break Ended::Stopped,
                Some(ended) = self.tasks.join_next_with_id(), if !self.tasks.is_empty() => {
                    if let Some(ended) = self.ended(ended) {
                        break ended;
                    }
                    self.next = Instant::now();
                }
                () = self.duty.asked() => self.next = self.next.min(Instant::now() + AT_ONCE),
                () = sleep_until(self.next) => match self.beat(stop).await {
                    Ok(()) => failed = 0,
                    Err(error) if error.is_transient() => {
                        failed += 1;
                        tracing::warn!(
                            consumer = %self.group.consumer, error = &error as &dyn std::error::Error, "node is not heard"
                        );
                        self.next = Instant::now() + CALLS.before(failed.saturating_add(1));
                        if self.mine.is_empty() {
                            self.duty.waits(error);
                        }
                    }
                    Err(error) => break Ended::Failed(Arc::new(error)),
                },
            }
        };
        self.leave().await;
        ended
    }

    /// Says that it is there, and takes and gives back.
    pub(crate) async fn beat(&mut self, stop: &CancellationToken) -> Result<(), StoreError> {
        if !self.begun {
            self.group.start = self.duty.begin(&self.group).await?;
            self.begun = true;
        }
        let roll = self.duty.leases().beat(&self.group, self.id, self.lease).await?;
        self.duty.heard(&roll);
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
        let hears = self.duty.is_asked() && self.mine.len() < usize::from(self.group.partitions);
        let calm = (self.lease / 5).max(AT_ONCE);
        let silence = if hears {
            AT_ONCE
        } else if waits && self.mine.len() < fair {
            SOON.min(calm)
        } else {
            calm
        };
        self.next = Instant::now() + silence;
        Ok(())
    }

    /// The partitions, in an order of its own, so that nodes do not all want the same one first.
    fn order(&self) -> impl Iterator<Item = u16> + use<D> {
        let of = self.group.partitions;
        let first = (self.id.0.as_u128() % u128::from(of)) as u16;
        (0..of).map(move |n| ((u32::from(first) + u32::from(n)) % u32::from(of)) as u16)
    }

    async fn take(&mut self, number: u16, stop: &CancellationToken) -> Result<(), StoreError> {
        let lease = self.duty.leases().lease(&self.group, number, self.id, self.lease).await?;
        let Some(checkpoint) = lease else { return Ok(()) };
        let stop = stop.child_token();
        let (duty, group, id, stopped) = (Arc::clone(&self.duty), self.group.clone(), self.id, stop.clone());
        let task = self.tasks.spawn(async move {
            let ended = duty.hold(&group, number, checkpoint, &stopped).await;
            if let Err(error) = duty.leases().release(&group.key(number), id).await {
                let (consumer, error) = (&group.consumer, Causes(&error));
                tracing::warn!(%consumer, partition = number, %error, "others have to wait until the lease has ended");
            }
            ended
        });
        self.numbers.insert(task.id(), number);
        self.mine.insert(number, stop);
        Ok(())
    }

    /// Stops holding some of its partitions; they are given back when the batches that are under way have ended.
    fn give_back(&self, count: usize) {
        let order: Vec<u16> = self.order().collect();
        let mine = order.iter().rev().filter_map(|number| self.mine.get(number));
        mine.take(count).for_each(CancellationToken::cancel);
    }

    /// A partition is not held here any more. How the whole node ends, if it does.
    fn ended(&mut self, ended: Result<(Id, Ended), tokio::task::JoinError>) -> Option<Ended> {
        let (id, ended) = match ended {
            Ok((id, ended)) => (id, ended),
            Err(error) => (error.id(), Ended::Panicked),
        };
        if let Some(number) = self.numbers.remove(&id) {
            self.mine.remove(&number);
            self.duty.left(number);
        }
        match ended {
            Ended::Stopped | Ended::Deposed => None,
            Ended::Failed(_) | Ended::Panicked => Some(ended),
        }
    }

    /// Finishes the batches that are under way, and gives everything back.
    async fn leave(&mut self) {
        self.duty.leaves();
        self.mine.values().for_each(CancellationToken::cancel);
        while let Some(ended) = self.tasks.join_next_with_id().await {
            self.ended(ended);
        }
        if let Err(error) = self.duty.leases().leave(&self.group, self.id).await {
            let (consumer, error) = (&self.group.consumer, Causes(&error));
            tracing::warn!(%consumer, %error, "others have to wait until its leases have ended");
        }
    }
}

/// Leases a partition again after a task that holds it has failed so many times, each time after a longer pause. `Err` if it is not
/// to be held any more.
pub(crate) async fn lease_again(
    leases: &dyn LeaseStore,
    (group, number): (&Group, u16),
    (node, lease): (NodeId, Duration),
    failed: &mut u32,
    stop: &CancellationToken,
) -> Result<Checkpoint, Ended> {
    loop {
        tokio::select! {
            () = stop.cancelled() => return Err(Ended::Stopped),
            () = tokio::time::sleep(CALLS.before(failed.saturating_add(1))) => {}
        }
        match leases.lease(group, number, node, lease).await {
            Ok(Some(checkpoint)) => return Ok(checkpoint),
            Ok(None) => return Err(Ended::Deposed),
            Err(error) if error.is_transient() => *failed = failed.saturating_add(1),
            Err(error) => return Err(Ended::Failed(Arc::new(error))),
        }
    }
}

/// Whether nobody has it, as far as is known; what this node has without holding it is left of a task that has ended.
fn is_free(roll: &Roll, number: u16, node: NodeId) -> bool {
    roll.leases.get(usize::from(number)).is_some_and(|lease| lease.holder.is_none_or(|holder| holder == node))
}
