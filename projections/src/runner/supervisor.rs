use super::{
    followed::{Followed, Wanted},
    options::Options,
    progress::{Board, Filling, Status},
    share::Shared,
};
use crate::node::Node;
use factum_core::{
    ConsumerName,
    lease::Group,
    projection::{Project, ProjectionError},
    sink::{Generations, Removal, Sink},
    store::EventReader,
};
use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};
use tokio::{
    sync::watch,
    task::{JoinError, JoinHandle},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

/// How often it is looked which generations there are; and how often, while one is being made that may have come as far as the
/// other.
const LOOK: Duration = Duration::from_secs(1);
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// How often it is compared here how far the two have come, which asks nobody.
const COMPARE: Duration = Duration::from_millis(10);

/// Runs the generation of a read model that is read, and beside it one that is being made.
pub(super) struct Supervisor<P, K> {
    pub(super) projection: Arc<P>,
    pub(super) sink: K,
    pub(super) log: Arc<dyn EventReader>,
    /// That of the first generation.
    pub(super) consumer: ConsumerName,
    pub(super) options: Options,
    pub(super) wanted: Arc<Wanted>,
    /// The generation that is read, for those who wait.
    pub(super) current: watch::Sender<Arc<Followed>>,
}

/// A generation that is being applied.
struct Making<P, K> {
    shared: Arc<Shared<P, K>>,
    followed: Arc<Followed>,
    stop: CancellationToken,
    task: JoinHandle<Status>,
}

impl<P, K> Making<P, K> {
    async fn end(self) {
        self.stop.cancel();
        let _ = self.task.await;
    }

    fn is_as_far_as(&self, other: &Self) -> bool {
        self.shared.board.read().position >= other.shared.board.read().position
    }
}

impl<K: Sink, P: Project<K>> Supervisor<P, K> {
    /// Runs until it is stopped or fails. How that ends is told on the board of the generation that is read.
    pub(super) async fn run(self, board: Arc<Board>, stop: CancellationToken) {
        #[cfg(feature = "metrics")]
        super::meter::describe();
        let told = Told { current: &self.current, name: P::NAME };
        let first = loop {
            match self.sink.generations(&self.consumer).await {
                Ok(generations) => break generations.active,
                Err(error) if error.is_transient() => {
                    board.is(Status::Retrying(Arc::new(error)));
                    tokio::select! {
                        () = stop.cancelled() => return told.tell(Status::Stopped),
                        () = tokio::time::sleep(LOOK) => {}
                    }
                }
                Err(error) => return told.tell(Status::Failed(Arc::new(error))),
            }
        };
        let followed = Arc::clone(&self.current.borrow());
        let mut active = match self.make(first, board, followed) {
            Ok(active) => active,
            Err(error) => return told.tell(Status::Failed(Arc::new(error))),
        };
        let mut filling: Option<Making<P, K>> = None;
        // One that cannot be made, so that it is not tried again and again.
        let mut broken = None;
        let (mut looked, mut compared) = (Instant::now(), Instant::now());
        let mut next = looked + LOOK;
        let status = loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break Status::Stopped,
                ended = &mut active.task => break status_of(ended),
                ended = ended(&mut filling) => {
                    if let Some(ended) = filling.take() {
                        broken = Some(ended.shared.generation);
                    }
                    tracing::error!(projection = P::NAME, ?ended, "a generation that was being made has failed");
                    active.shared.board.fills(None);
                }
                () = self.wanted.look.notified() => next = Instant::now(),
                () = sleep_until(next) => {
                    if let Err(error) = self.look(&mut active, &mut filling, broken).await {
                        tracing::warn!(
                            projection = P::NAME, error = &error as &dyn std::error::Error,
                            "it is not known which generations there are"
                        );
                    }
                    looked = Instant::now();
                    next = looked + LOOK;
                }
                () = sleep_until(compared + COMPARE), if filling.is_some() => {
                    compared = Instant::now();
                    if filling.as_ref().is_some_and(|filling| filling.is_as_far_as(&active)) {
                        next = next.min(looked + LOOK_AGAIN);
                    }
                }
            }
        };
        if let Some(filling) = filling {
            filling.end().await;
        }
        if !active.task.is_finished() {
            active.end().await;
        }
        told.tell(status);
    }

    /// Begins to apply a generation.
    fn make(
        &self,
        generation: u32,
        board: Arc<Board>,
        followed: Arc<Followed>,
    ) -> Result<Making<P, K>, ProjectionError> {
        let consumer = self.consumer.generation(generation)?;
        let group = Group::new(consumer, self.log.log_id(), self.options.partitions.get());
        let (projection, sink, log) =
            (Arc::clone(&self.projection), self.sink.clone(), Arc::clone(&self.log));
        board.makes(generation);
        let wanted = Arc::clone(&self.wanted);
        let shared = Arc::new(Shared::new(projection, sink, log, board, generation, self.options, wanted));
        let stop = CancellationToken::new();
        let node = Node::new(Arc::clone(&shared), group, shared.node, self.options.lease);
        let stopped = stop.clone();
        let task = tokio::spawn(async move { node.run(&stopped).await.into() });
        Ok(Making { shared, followed, stop, task })
    }

    /// Begins to make one beside the one that is read.
    async fn fill(&self, generation: u32, active: u32) -> Result<Making<P, K>, ProjectionError> {
        // What was read before, or was given up, is not needed any more.
        for old in (0..generation).filter(|old| *old != active) {
            self.remove(old).await;
        }
        tracing::info!(projection = P::NAME, generation, "read model is made anew");
        let (board, seen) = Board::new(self.options.partitions.get());
        let consumer = self.consumer.generation(generation)?;
        let (board, place) = (Arc::new(board), (self.sink.clone(), consumer, self.log.log_id()));
        let followed = Arc::new(self.current.borrow().of(seen, &board, place));
        let filling = self.make(generation, board, followed)?;
        // Its checkpoints are compared with those of the other, to the last event.
        filling.shared.is_exact.store(true, Relaxed);
        Ok(filling)
    }

    /// Removes one that is neither read nor made, with what it has beside its documents. As long as another node has not stopped
    /// running it, that stays; the last one removes it.
    async fn remove(&self, generation: u32) {
        let removed = async {
            if self.sink.remove_generation(&self.consumer, generation).await? == Removal::Removed {
                self.projection.discard_generation(&self.sink, generation).await?;
            }
            Ok::<_, ProjectionError>(())
        };
        if let Err(error) = removed.await {
            // Nobody reads it, and it can be removed at any time.
            tracing::warn!(
                projection = P::NAME,
                generation,
                error = &error as &dyn std::error::Error,
                "a generation that is needed no more could not be removed"
            );
        }
    }

    /// Does what somebody has asked for, and activates what can be.
    async fn look(
        &self,
        active: &mut Making<P, K>,
        filling: &mut Option<Making<P, K>>,
        broken: Option<u32>,
    ) -> Result<(), ProjectionError> {
        #[cfg(feature = "metrics")]
        {
            let head = self.log.head().await?.get();
            super::meter::tell(P::NAME, &active.shared.board.read(), head);
        }
        let mut found = self.sink.generations(&self.consumer).await?;
        if let (Some(wanted), Some(there)) = (found.filling, filling.as_ref())
            && wanted == there.shared.generation
            && !found.is_held
            && there.is_as_far_as(active)
            && self.sink.activate(&self.consumer, self.log.log_id(), wanted).await?
        {
            found = self.sink.generations(&self.consumer).await?;
        }
        if found.active != active.shared.generation {
            self.switch(active, filling, found).await?;
        }
        match (found.filling, filling.as_ref().map(|filling| filling.shared.generation)) {
            (wanted, there) if wanted == there => {}
            (Some(_), _) if !self.projection.has_generations() => {
                tracing::error!(
                    projection = P::NAME,
                    "its read model cannot be made anew beside the one that is read; raise its version"
                );
                self.sink.abandon(&self.consumer).await?;
            }
            (Some(wanted), None) if broken != Some(wanted) => {
                *filling = Some(self.fill(wanted, found.active).await?);
            }
            (_, Some(_)) => {
                if let Some(given_up) = filling.take() {
                    let generation = given_up.shared.generation;
                    given_up.end().await;
                    self.remove(generation).await;
                }
            }
            _ => {}
        }
        for making in [Some(&*active), filling.as_ref()].into_iter().flatten() {
            self.hear_of_repairs(&making.shared).await?;
        }
        active.shared.board.fills(filling.as_ref().map(|filling| {
            let (generation, position) = (filling.shared.generation, filling.shared.board.read().position);
            Filling { generation, position, is_held: found.is_held }
        }));
        Ok(())
    }

    /// Which documents somebody has asked to be made anew.
    async fn hear_of_repairs(&self, shared: &Shared<P, K>) -> Result<(), ProjectionError> {
        let consumer = self.consumer.generation(shared.generation)?;
        let mut repairs = self.sink.repairs(&consumer, self.log.log_id(), None).await?;
        repairs.retain(|repair| repair.failure.is_none());
        shared.repairs.send_if_modified(|known| {
            let is_new = *known != repairs;
            *known = repairs;
            is_new
        });
        Ok(())
    }

    /// Another generation is read from now on.
    async fn switch(
        &self,
        active: &mut Making<P, K>,
        filling: &mut Option<Making<P, K>>,
        found: Generations,
    ) -> Result<(), ProjectionError> {
        let there = filling.take_if(|filling| filling.shared.generation == found.active);
        let new = match there {
            Some(there) => there,
            // Others have made it.
            None => self.fill(found.active, active.shared.generation).await?,
        };
        new.shared.is_exact.store(false, Relaxed);
        tracing::info!(
            projection = P::NAME,
            generation = found.active,
            "another generation is read from now on"
        );
        let old = std::mem::replace(active, new);
        self.current.send_replace(Arc::clone(&active.followed));
        old.end().await;
        Ok(())
    }
}

async fn ended<P, K>(filling: &mut Option<Making<P, K>>) -> Status {
    match filling {
        Some(filling) => status_of((&mut filling.task).await),
        None => std::future::pending().await,
    }
}

fn status_of(ended: Result<Status, JoinError>) -> Status {
    ended.unwrap_or_else(|error| if error.is_panic() { Status::Panicked } else { Status::Stopped })
}

/// Tells how the projection has come to its end also when its code panics, or when the runtime ends before it.
struct Told<'a> {
    current: &'a watch::Sender<Arc<Followed>>,
    name: &'static str,
}

impl Told<'_> {
    fn tell(self, status: Status) {
        self.current.borrow().ends(status);
    }
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        let status = if std::thread::panicking() {
            tracing::error!(projection = self.name, "projection has panicked and stopped");
            Status::Panicked
        } else {
            Status::Stopped
        };
        // Unless it has been told.
        self.current.borrow().ends(status);
    }
}
