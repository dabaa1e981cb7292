use super::{
    batch::{Read, Reading},
    pace::Pace,
    progress::{Progress, Status},
};
use crate::subscription::{Batch, Start, Subscription};
use factum_core::{
    CheckpointKey, ConsumerName, Position, Projection, Recorded, StoreError,
    checkpoint::{Advance, AdvanceError, Epoch},
    event::DecodeError,
    projection::{Project, ProjectionError, Recent},
    sink::{CommitError, Sink},
    store::EventReader,
};
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
/// batches as small as it is. So many fit a processor's cache, where the thread that reads them leaves them for the one
/// that uses them.
const PAGE: usize = 2_500;

/// One ownership of a projection's checkpoint, from claiming it to the first error.
pub(super) struct Session<'a, P: Projection, K> {
    projection: &'a P,
    sink: &'a K,
    progress: &'a watch::Sender<Progress>,
    key: CheckpointKey,
    epoch: Epoch,
    feed: Subscription,
    pace: Pace,
    /// Room for the events of a batch, some at a time.
    piece: Vec<Recorded<P::Event>>,
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
            piece: Vec::new(),
            recent: Recent::new(),
            kept: checkpoint.position,
        })
    }

    /// Applies batches until it is stopped, or an error.
    pub(super) async fn run(&mut self, stop: &CancellationToken) -> Result<(), SessionError> {
        loop {
            let batch = tokio::select! {
                biased;
                () = stop.cancelled() => return self.keep(self.feed.position()).await,
                batch = self.feed.next() => batch?,
            };
            self.apply(batch, stop).await?;
        }
    }

    /// Applies a batch that begins with this page.
    async fn apply(&mut self, first: Batch, stop: &CancellationToken) -> Result<(), SessionError> {
        let pages = self.pace.pages();
        let mut batch = Reading::begin(&mut self.feed, first, &mut self.piece, pages, stop).await;
        let work = match batch.is_empty() {
            true => None,
            false => Some(self.projection.project_next(self.sink, &mut batch, &mut self.recent).await?),
        };
        let Read { through, events, full, then } = batch.end();
        if let Some(work) = work {
            let from = Instant::now();
            self.sink.commit(work, self.advance(through)).await?;
            if full {
                self.pace.took(from.elapsed());
            }
            self.kept = through;
            tracing::debug!(projection = P::NAME, events, position = %through, "applied a batch");
        } else if through.get() - self.kept.get() >= PASSED_OVER {
            self.keep(through).await?;
        }
        self.progress.send_modify(|progress| progress.position = through);
        then
    }

    /// Keeps the place that passing over events has led to.
    async fn keep(&mut self, position: Position) -> Result<(), SessionError> {
        if position > self.kept {
            self.sink.advance(self.advance(position)).await.map_err(CommitError::from)?;
            self.kept = position;
        }
        Ok(())
    }

    fn advance(&self, to: Position) -> Advance {
        Advance::new(self.key.clone(), self.epoch, to)
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
