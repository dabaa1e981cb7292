use super::{
    duty::Pull,
    offer::{Offer, Outcome, Parcel},
};
use crate::{
    node::{CALLS, Ended},
    runner::{PASSED_OVER, PAUSES, until},
    subscription::{Batch, Start, Subscription},
};
use factum_core::{
    Causes, Checkpoint, CheckpointKey, Position, RecordedEvent, StoreError,
    checkpoint::{Advance, AdvanceError, Epoch},
    projection::Partition,
};
use std::{collections::VecDeque, ops::ControlFlow, sync::Arc};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// One ownership of a partition's checkpoint. It offers one parcel after the other, each when the one before has been
/// acknowledged.
pub(super) struct Part<'a> {
    pull: &'a Pull,
    key: CheckpointKey,
    partition: Partition,
    epoch: Epoch,
    /// `None` until it could be opened.
    feed: Option<Subscription>,
    /// What was read and is not in a parcel yet, and up to where it was read.
    rest: VecDeque<RecordedEvent>,
    read: Position,
    /// What is offered next. It stays when the store fails, since nothing behind it may be offered before it.
    parcel: Option<Parcel>,
    /// The position of the checkpoint in the store.
    kept: Position,
    /// Up to here everything has been acknowledged, or was passed over.
    passed: Position,
    /// Since when the checkpoint in the store is behind that.
    behind_since: Option<Instant>,
}

/// Whether to go on, or how it ends.
type Step = Result<ControlFlow<Ended>, AdvanceError>;

const GO_ON: Step = Ok(ControlFlow::Continue(()));

impl<'a> Part<'a> {
    pub(super) fn new(
        pull: &'a Pull,
        key: CheckpointKey,
        partition: Partition,
        checkpoint: Checkpoint,
    ) -> Self {
        let Checkpoint { position, epoch, .. } = checkpoint;
        let (feed, rest, parcel, behind_since) = (None, VecDeque::new(), None, None);
        let (read, kept, passed) = (position, position, position);
        Self { pull, key, partition, epoch, feed, rest, read, parcel, kept, passed, behind_since }
    }

    /// Offers events until it is told to stop, somebody else has the partition, or trying again cannot help.
    pub(super) async fn run(mut self, stop: &CancellationToken) -> Ended {
        tracing::debug!(checkpoint = %self.key, position = %self.kept, epoch = %self.epoch, "partition is offered");
        let mut failed = 0_u32;
        let ended = loop {
            match self.step(stop).await {
                Ok(ControlFlow::Continue(())) => failed = 0,
                Ok(ControlFlow::Break(ended)) => break ended,
                Err(error @ AdvanceError::Fenced { .. }) => {
                    tracing::info!(%error, "partition was taken over");
                    break Ended::Deposed;
                }
                Err(AdvanceError::Store(error)) if error.is_transient() => {
                    failed = failed.saturating_add(1);
                    tracing::warn!(checkpoint = %self.key, error = %Causes(&error), "partition will try again");
                    tokio::select! {
                        () = stop.cancelled() => break Ended::Stopped,
                        () = sleep(CALLS.before(failed.saturating_add(1))) => {}
                    }
                }
                Err(error) => break Ended::Failed(Arc::new(error)),
            }
        };
        if matches!(ended, Ended::Stopped)
            && let Err(error) = self.keep().await
        {
            // Then whoever has it next passes over the same events again.
            tracing::debug!(checkpoint = %self.key, error = %Causes(&error), "place is not kept");
        }
        ended
    }

    async fn step(&mut self, stop: &CancellationToken) -> Step {
        if self.parcel.is_none() {
            self.parcel = self.cut();
        }
        if self.parcel.is_some() {
            return self.offer(stop).await;
        }
        let keep = self.behind_since.map(|since| since + PASSED_OVER.1);
        tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(ControlFlow::Break(Ended::Stopped)),
            batch = next(self.pull, &mut self.feed, self.partition, self.passed) => self.add(batch?).await?,
            () = until(keep) => self.keep().await?,
        }
        GO_ON
    }

    async fn add(&mut self, batch: Batch) -> Result<(), AdvanceError> {
        (self.rest, self.read) = (batch.events.into(), batch.through);
        if self.rest.is_empty() {
            self.passed = self.read;
            self.behind_since.get_or_insert_with(Instant::now);
            if self.passed.get() - self.kept.get() >= PASSED_OVER.0 {
                self.keep().await?;
            }
        }
        Ok(())
    }

    /// The next events of what was read.
    fn cut(&mut self) -> Option<Parcel> {
        let events: Vec<_> = self.rest.drain(..self.pull.limit.min(self.rest.len())).collect();
        let last = events.last()?.position;
        let through = if self.rest.is_empty() { self.read } else { last };
        let (partition, key, epoch) = (self.partition, self.key.clone(), self.epoch);
        Some(Parcel { partition, events, through, attempt: 1, key, epoch })
    }

    /// Offers the parcel, and waits for what becomes of it.
    async fn offer(&mut self, stop: &CancellationToken) -> Step {
        let stopped = Ok(ControlFlow::Break(Ended::Stopped));
        let Some(again) = self.parcel.as_ref().map(|parcel| parcel.attempt) else { return GO_ON };
        if again > 1 {
            tokio::select! {
                () = stop.cancelled() => return stopped,
                () = sleep(PAUSES.before(again)) => {}
            }
            if self.is_acknowledged().await? {
                return GO_ON;
            }
        }
        let Some(parcel) = self.parcel.take() else { return GO_ON };
        let through = parcel.through;
        let (offer, mut told) = Offer::new(parcel);
        if self.pull.offers.send(Arc::clone(&offer)).is_err() {
            return stopped;
        }
        let outcome = tokio::select! {
            biased;
            outcome = &mut told => outcome,
            // What nobody has pulled is taken back. What somebody has is waited for, so that the next owner need not deliver
            // it again; unless the member leaves.
            () = stop.cancelled() => match offer.take() {
                Some(_) => return stopped,
                None => tokio::select! {
                    biased;
                    outcome = &mut told => outcome,
                    () = self.pull.leaves.cancelled() => return stopped,
                },
            },
        };
        match outcome {
            Ok(Outcome::Acknowledged) => self.moved(through),
            Ok(Outcome::Again(mut parcel)) => {
                parcel.attempt = parcel.attempt.saturating_add(1);
                self.parcel = Some(parcel);
            }
            // A delivery always says what has become of it.
            Err(_) => return stopped,
        }
        GO_ON
    }

    /// Whether the parcel has been acknowledged although that was not heard. If another member has the partition by now, it
    /// is not offered here again.
    async fn is_acknowledged(&mut self) -> Result<bool, AdvanceError> {
        let Some(through) = self.parcel.as_ref().map(|parcel| parcel.through) else { return Ok(true) };
        match self.pull.checkpoints.advance(self.advance(self.passed)).await {
            Ok(()) => {
                self.moved(self.passed);
                Ok(false)
            }
            Err(AdvanceError::Backward { from, .. }) if from >= through => {
                self.parcel = None;
                self.moved(from);
                Ok(true)
            }
            Err(error) => Err(error),
        }
    }

    /// Keeps the place that passing over events has led to.
    async fn keep(&mut self) -> Result<(), AdvanceError> {
        if self.passed > self.kept {
            self.pull.checkpoints.advance(self.advance(self.passed)).await?;
        }
        self.moved(self.passed);
        Ok(())
    }

    /// The checkpoint in the store is here now.
    const fn moved(&mut self, to: Position) {
        (self.kept, self.passed, self.behind_since) = (to, to, None);
    }

    fn advance(&self, to: Position) -> Advance {
        Advance::new(self.key.clone(), self.epoch, to)
    }
}

/// The next events of the log for a partition, whose feed begins after a position.
async fn next(
    pull: &Pull,
    feed: &mut Option<Subscription>,
    partition: Partition,
    after: Position,
) -> Result<Batch, StoreError> {
    let feed = match feed {
        Some(feed) => feed,
        None => {
            let (share, events) = (pull.share(partition), pull.selection.clone());
            feed.insert(Subscription::open(share, events, Start::After(after)).await?)
        }
    };
    feed.next().await
}
