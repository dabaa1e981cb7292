use super::{
    pace::Pace,
    progress::{Progress, Status},
};
use crate::subscription::{Batch, Start, Subscription};
use factum_core::{
    CheckpointKey, ConsumerName, EventEnum, Position, Projection, Recorded, StoreError,
    checkpoint::{Advance, AdvanceError, Epoch},
    event::DecodeError,
    limits,
    projection::{Project, ProjectionError, Recent},
    sink::{CommitError, Sink},
    store::EventReader,
};
use futures_util::future::join;
use std::sync::Arc;
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;

/// Why a session of a runner ended, other than by being stopped.
#[derive(Debug, thiserror::Error)]
pub(super) enum SessionError {
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl SessionError {
    /// Whether beginning again at the checkpoint may help. It begins with claiming and reading the checkpoint, which
    /// tells what has become of a commit whose answer was lost.
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Self::Projection(ProjectionError::Store(error))
            | Self::Commit(CommitError::Advance(AdvanceError::Store(error))) => error.is_transient(),
            _ => false,
        }
    }

    /// Whether somebody else has claimed the checkpoint since.
    pub(super) const fn is_deposed(&self) -> bool {
        matches!(self, Self::Commit(CommitError::Advance(AdvanceError::Fenced { .. })))
    }
}

impl From<StoreError> for SessionError {
    fn from(error: StoreError) -> Self {
        ProjectionError::from(error).into()
    }
}

impl From<DecodeError> for SessionError {
    fn from(error: DecodeError) -> Self {
        ProjectionError::from(error).into()
    }
}

/// A consumer that passes over events that do not concern it keeps its place only now and then, since keeping it
/// costs a write; after a crash it passes over at most so many again.
const PASSED_OVER: u64 = 10_000;

/// Events in a page of the log; a batch has one or several ([`Pace`]) while catching up, and what arrives live comes in
/// batches as small as it is.
const PAGE: usize = limits::PAGE_EVENTS;

/// One ownership of a projection's checkpoint, from claiming it to the first error.
pub(super) struct Session<'a, P, K> {
    projection: &'a P,
    sink: &'a K,
    progress: &'a watch::Sender<Progress>,
    key: CheckpointKey,
    epoch: Epoch,
    feed: Subscription,
    pace: Pace,
    /// What was written under this claim of the checkpoint.
    recent: Recent,
    /// The position of the checkpoint in the sink.
    kept: Position,
}

impl<'a, K: Sink, P: Project<K>> Session<'a, P, K> {
    pub(super) async fn open(
        projection: &'a P,
        sink: &'a K,
        store: &Arc<dyn EventReader>,
        progress: &'a watch::Sender<Progress>,
    ) -> Result<Self, SessionError> {
        projection.prepare(sink).await?;
        let key = CheckpointKey::new(consumer::<P>()?, store.log_id());
        check_log(sink, &key).await?;
        let checkpoint = sink.claim(&key).await?;
        let start = Start::After(checkpoint.position);
        let feed = Subscription::open(Arc::clone(store), projection.query(), start).await?.limit(PAGE);
        tracing::info!(projection = P::NAME, position = %checkpoint.position, epoch = %checkpoint.epoch, "projection runs");
        progress.send_replace(Progress { position: checkpoint.position, status: Status::Running });
        Ok(Self {
            projection,
            sink,
            progress,
            key,
            epoch: checkpoint.epoch,
            feed,
            pace: Pace::new(),
            recent: Recent::new(),
            kept: checkpoint.position,
        })
    }

    /// Applies batches until it is stopped, or an error.
    pub(super) async fn run(&mut self, stop: &CancellationToken) -> Result<(), SessionError> {
        loop {
            let batch = tokio::select! {
                biased;
                () = stop.cancelled() => return self.keep().await,
                batch = self.feed.next() => batch?,
            };
            let (batch, then) = self.collect(batch, stop).await;
            self.apply(batch).await?;
            then?;
        }
    }

    /// Adds pages to the first one of a batch, as many as are there and the pace allows; and why there are no more, if
    /// that is an error.
    async fn collect(
        &mut self,
        first: Batch,
        stop: &CancellationToken,
    ) -> (Readable<P::Event>, Result<(), StoreError>) {
        let mut caught_up = first.caught_up;
        let mut batch = Readable::of(first, self.pace.pages());
        while batch.pages < self.pace.pages() && !caught_up && batch.then.is_ok() && !stop.is_cancelled() {
            match self.feed.more().await {
                Ok(Some(page)) => {
                    caught_up = page.caught_up;
                    batch.add(page);
                }
                Ok(None) => break,
                Err(error) => return (batch, Err(error)),
            }
        }
        (batch, Ok(()))
    }

    async fn apply(&mut self, batch: Readable<P::Event>) -> Result<(), SessionError> {
        let Readable { events, through, then, pages } = batch;
        if !events.is_empty() || through.get() - self.kept.get() >= PASSED_OVER {
            let work = self.projection.project_next(self.sink, &events, &mut self.recent).await?;
            let count = events.len();
            let from = Instant::now();
            // While the sink commits, what it needs no more is dropped: for many events that takes its time.
            let (committed, ()) =
                join(self.sink.commit(work, self.advance(through)), async { drop(events) }).await;
            committed?;
            if pages >= self.pace.pages() {
                self.pace.took(from.elapsed());
            }
            self.kept = through;
            tracing::debug!(projection = P::NAME, events = count, position = %through, "applied a batch");
        }
        self.progress.send_modify(|progress| progress.position = through);
        Ok(then?)
    }

    /// Keeps the place that passing over events has led to.
    async fn keep(&mut self) -> Result<(), SessionError> {
        let position = self.feed.position();
        if position > self.kept {
            self.sink.advance(self.advance(position)).await.map_err(CommitError::from)?;
        }
        Ok(())
    }

    fn advance(&self, to: Position) -> Advance {
        Advance::new(self.key.clone(), self.epoch, to)
    }
}

/// What of a batch comes before the first event that cannot be read. It is applied, so that where the batch began
/// makes no difference to where the projection stops.
struct Readable<E> {
    events: Vec<Recorded<E>>,
    through: Position,
    then: Result<(), DecodeError>,
    /// How many pages of the log it was made of.
    pages: usize,
}

impl<E: EventEnum> Readable<E> {
    /// A batch of this page, with room for `pages` like it.
    fn of(page: Batch, pages: usize) -> Self {
        let room = if page.caught_up { page.events.len() } else { page.events.len() * pages };
        let events = Vec::with_capacity(room);
        let mut readable = Self { events, through: page.through, then: Ok(()), pages: 0 };
        readable.add(page);
        readable
    }

    /// Adds what follows; nothing must be in the way so far.
    fn add(&mut self, page: Batch) {
        self.pages += 1;
        self.through = page.through;
        self.events.reserve(page.events.len());
        for event in page.events {
            let position = event.position;
            match event.decode() {
                Ok(event) => self.events.push(event),
                Err(error) => {
                    self.through = position.previous();
                    self.then = Err(error);
                    break;
                }
            }
        }
    }
}

/// A read model that was made from another log must not get the events of this one on top.
async fn check_log(sink: &impl Sink, key: &CheckpointKey) -> Result<(), StoreError> {
    let logs = sink.logs(&key.consumer).await?;
    match logs.first() {
        Some(other) if !logs.contains(&key.log) => {
            let why =
                format!("its read model is of log {other}; remove that, or raise the projection's version");
            Err(StoreError::incompatible(format!("running {} on log {}", key.consumer, key.log), why))
        }
        _ => Ok(()),
    }
}

/// The name of a projection's checkpoint. A new version of a projection is another consumer, which begins at the
/// first event.
fn consumer<P: Projection>() -> Result<ConsumerName, ProjectionError> {
    Ok(ConsumerName::new(format!("{}_v{}", P::NAME, P::VERSION))?)
}
