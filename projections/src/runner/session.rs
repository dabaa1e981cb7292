use super::{
    batch::{Read, Reading},
    failure::{OnFailure, Poison, SessionError, poison},
    held::Held,
    inline::Again,
    pace::Pace,
    progress::Board,
    remake::{Remaking, made},
};
use crate::subscription::{Batch, Start, Subscription};
use factum_core::{
    Causes, Checkpoint, CheckpointKey, Position, Projection, Recorded, StoreError,
    checkpoint::{Advance, Epoch},
    projection::{Lanes, Partition, Project, ProjectionError, Recent},
    quarantine::{Change, Lane},
    sink::{CommitError, Repair, Sink},
    store::EventReader,
};
use futures_util::FutureExt as _;
use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};
use tokio_util::sync::CancellationToken;

/// A consumer that passes over events that do not concern it keeps its place only now and then, since keeping it
/// costs a write; after a crash it passes over at most so many again, or those of so long a time.
pub(crate) const PASSED_OVER: (u64, Duration) = (10_000, Duration::from_secs(1));

/// How often a task that has nothing to do shows that it lives.
const SHOW: Duration = Duration::from_secs(1);

/// Events in a page of the log; a batch has one or several ([`Pace`]) while catching up, and what arrives live comes in
/// batches as small as it is. So many fit a processor's cache, where the thread that reads them leaves them for the one
/// that uses them.
const PAGE: usize = 2_500;

/// What a session works with.
pub(super) struct Place<'a, P, K> {
    pub(super) projection: &'a P,
    pub(super) sink: &'a K,
    pub(super) log: &'a Arc<dyn EventReader>,
    /// What there is to read of the log for this partition.
    pub(super) share: Arc<dyn EventReader>,
    pub(super) key: CheckpointKey,
    pub(super) partition: Partition,
    pub(super) on_failure: OnFailure,
    pub(super) board: &'a Board,
    pub(super) generation: u32,
    pub(super) is_exact: &'a AtomicBool,
    /// What the partition is leased with again when an append has moved its checkpoint; only where appends do.
    pub(super) again: Option<Again<'a>>,
    /// The documents that are to be made anew, in all partitions.
    pub(super) repairs: &'a watch::Sender<Vec<Repair>>,
}

/// One ownership of a partition's checkpoint, up to the first error.
pub(super) struct Session<'a, P: Projection, K: Sink> {
    pub(super) at: Place<'a, P, K>,
    pub(super) epoch: Epoch,
    feed: Subscription,
    pace: Pace,
    /// How many events a batch may have while it is being found out which of them cannot be applied.
    most: Option<usize>,
    /// Room for the events of a batch, some at a time.
    piece: Vec<Recorded<P::Event>>,
    /// What was written under this epoch.
    pub(super) recent: Recent,
    pub(super) lanes: Lanes,
    pub(super) held: Held,
    /// A document that is being made anew.
    pub(super) remaking: Option<Remaking<'a, K::Work>>,
    /// The position of the checkpoint in the sink.
    pub(super) kept: Position,
    /// Up to here everything has been applied, is in quarantine, or was passed over.
    pub(super) passed: Position,
    /// Since when the checkpoint in the sink is behind that, and was not moved.
    pub(super) behind_since: Option<Instant>,
}

impl<'a, K: Sink, P: Project<K>> Session<'a, P, K> {
    pub(super) async fn open(at: Place<'a, P, K>, checkpoint: Checkpoint) -> Result<Self, SessionError> {
        let (epoch, position) = (checkpoint.epoch, checkpoint.position);
        let feed = subscribe(&at, position, page(&at)).await?;
        let mut lanes = Lanes::new(at.partition);
        let held = Held::load(&at, &mut lanes).await?;
        let (recent, pace) = (Recent::of(at.generation), pace(&at));
        tracing::info!(
            projection = P::NAME, partition = at.key.partition, %position, %epoch, held = lanes.held(), "projection runs"
        );
        at.board.runs(at.key.partition, position, lanes.held());
        at.projection.begins(at.partition);
        Ok(Self {
            at,
            epoch,
            feed,
            pace,
            most: None,
            piece: Vec::new(),
            recent,
            lanes,
            held,
            remaking: None,
            kept: position,
            passed: position,
            behind_since: None,
        })
    }

    /// Applies batches until it is stopped, or an error.
    pub(super) async fn run(&mut self, stop: &CancellationToken) -> Result<(), SessionError> {
        loop {
            match self.run_on(stop).await {
                Err(error) if error.is_deposed() && self.at.again.is_some() => self.overtaken(error).await?,
                ended => return ended,
            }
        }
    }

    /// The same, until somebody else has moved the checkpoint.
    async fn run_on(&mut self, stop: &CancellationToken) -> Result<(), SessionError> {
        let mut repairs = self.at.repairs.subscribe();
        loop {
            self.at.board.idles(self.at.key.partition);
            self.begin_repair().await?;
            let is_near = self.remaking.as_ref().is_some_and(|remaking| {
                remaking.aim(self.passed);
                remaking.is_near()
            });
            let keep = self.behind_since.map(|since| since + PASSED_OVER.1);
            let batch = tokio::select! {
                biased;
                () = stop.cancelled() => return self.keep().await,
                () = self.held.due() => {
                    self.heal(stop).await?;
                    continue;
                }
                made = made(&mut self.remaking) => {
                    self.replace(made).await?;
                    continue;
                }
                Ok(()) = repairs.changed() => continue,
                batch = self.feed.next(), if !is_near => batch?,
                () = until(keep) => {
                    self.keep().await?;
                    continue;
                }
                () = sleep(SHOW) => continue,
            };
            if self.at.again.is_some() && self.is_applied(&batch).await? {
                continue;
            }
            if let Err(error) = self.apply(batch, stop).await {
                self.failed(error).await?;
            }
        }
    }

    /// Applies a batch that begins with this page.
    async fn apply(&mut self, first: Batch, stop: &CancellationToken) -> Result<(), SessionError> {
        let is_short = self.most.is_some() || self.at.projection.most().is_some();
        let pages = if is_short { 1 } else { self.pace.pages() };
        drop((self.lanes.waiting(), self.lanes.end()));
        let mut batch =
            Reading::begin(&mut self.feed, first, &mut self.piece, &self.lanes, pages, stop).await;
        let work = match batch.is_empty() {
            true => Ok(None),
            false => {
                let (projection, sink) = (self.at.projection, self.at.sink);
                let work = projection.project_next(sink, &mut batch, &mut self.recent, &self.lanes);
                catching(work).await.map(Some)
            }
        };
        let Read { mut through, events, last, full, mut then } = batch.end();
        if let Some((position, error)) = self.lanes.end() {
            (through, then) = (position.previous(), Err(error.into()));
        }
        let outcome = match work {
            Ok(work) => self.commit(work, through, full).await,
            Err(error) => Err(error.into()),
        };
        match outcome {
            Ok(()) => {}
            // Then it is of this one.
            Err(error) if events == 1 && error.is_of_some_event() => {
                let (position, stream) = last.expect("a batch of one event has a last one");
                let error = match error {
                    SessionError::Projection(error) => error,
                    SessionError::Commit(error) => ProjectionError::work(error),
                };
                return Err(ProjectionError::of_event(position, Lane::Stream(stream), error).into());
            }
            Err(error) => {
                if events > 1 && error.is_of_some_event() {
                    self.most = Some(events.min(self.most.unwrap_or(events)) / 2);
                }
                return Err(error);
            }
        }
        if events > 0 {
            let (partition, position) = (self.at.key.partition, through);
            tracing::debug!(projection = P::NAME, partition, events, %position, "applied a batch");
            #[cfg(feature = "metrics")]
            super::meter::applied(P::NAME, events);
        }
        if let Some(most) = self.most {
            self.most = Some(2 * most).filter(|most| *most < page(&self.at));
            self.rewind().await?;
        }
        then
    }

    async fn commit(
        &mut self,
        work: Option<K::Work>,
        through: Position,
        full: bool,
    ) -> Result<(), SessionError> {
        let changes = self.held.with_failures(self.lanes.waiting());
        let lasts = self.lasts(through)?;
        let advance = self.advance(lasts).quarantine(changes);
        if let Some(work) = work {
            let from = Instant::now();
            commit(self.at.sink, work, advance).await?;
            if full {
                self.pace.took(from.elapsed());
            }
            self.moved(lasts, through);
        } else if !advance.quarantine.is_empty() {
            self.at.sink.advance(advance).await.map_err(CommitError::from)?;
            self.moved(lasts, through);
        } else {
            self.passed = through;
            self.behind_since.get_or_insert_with(Instant::now);
            let is_exact = self.at.is_exact.load(Relaxed);
            if is_exact || through.get() - self.kept.get() >= PASSED_OVER.0 {
                self.keep().await?;
            }
        }
        self.held.committed();
        self.at.board.moved(self.at.key.partition, through, self.lanes.held());
        Ok(())
    }

    /// The checkpoint in the sink is here now, and everything up to there has been passed.
    pub(super) fn moved(&mut self, kept: Position, passed: Position) {
        (self.kept, self.passed) = (kept, passed);
        self.behind_since = (kept < passed).then(Instant::now);
    }

    /// How far the checkpoint may follow when everything up to here has been passed. It does not go back.
    pub(super) fn lasts(&self, passed: Position) -> Result<Position, SessionError> {
        let lasts = self.at.projection.lasts(self.at.partition, passed)?;
        Ok(lasts.min(passed).max(self.kept))
    }

    /// Keeps the place that passing over events has led to, and that to which a checkpoint that is held back may follow.
    async fn keep(&mut self) -> Result<(), SessionError> {
        let lasts = self.lasts(self.passed)?;
        if lasts > self.kept {
            let advance = self.advance(lasts);
            self.at.sink.advance(advance).await.map_err(CommitError::from)?;
        }
        self.moved(lasts, self.passed);
        Ok(())
    }

    pub(super) fn advance(&self, to: Position) -> Advance {
        Advance::new(self.at.key.clone(), self.epoch, to)
    }

    /// A batch was not applied. It is read again, without what has to wait from now on.
    async fn failed(&mut self, error: SessionError) -> Result<(), SessionError> {
        // What was to be committed is remembered as if it had been.
        #[cfg(feature = "metrics")]
        super::meter::failed(P::NAME);
        self.recent = Recent::of(self.at.generation);
        // What was found to wait is found again.
        drop((self.lanes.waiting(), self.lanes.end()));
        self.pace = pace(&self.at);
        match (self.at.on_failure, poison(&error)) {
            (OnFailure::Quarantine { .. }, Some(Poison { lane, position })) => {
                tracing::warn!(
                    projection = P::NAME, partition = self.at.key.partition, %position, %lane, error = full(&error),
                    "event is put into quarantine"
                );
                self.stream_changes(&lane);
                self.lanes.hold(lane.clone(), position);
                self.held.add(lane, position, full(&error));
            }
            // It is not known yet which event it is.
            (_, None) if error.is_of_some_event() => {}
            _ => return Err(error),
        }
        self.rewind().await
    }

    /// What waits for a stream is not what it was. A document that is being made anew without it is begun again.
    pub(super) fn stream_changes(&mut self, lane: &Lane) {
        if matches!(lane, Lane::Stream(_)) {
            self.remaking = None;
        }
    }

    /// Reads on from where everything has been passed.
    pub(super) async fn rewind(&mut self) -> Result<(), SessionError> {
        self.feed = subscribe(&self.at, self.passed, self.most.unwrap_or(page(&self.at))).await?;
        Ok(())
    }

    /// Commits work on an event from quarantine, with what changes there.
    pub(super) async fn heal_with(&mut self, work: K::Work, change: Change) -> Result<(), SessionError> {
        let mut changes = vec![change];
        changes.extend(self.held.with_failures(self.lanes.waiting()));
        let lasts = self.lasts(self.passed)?;
        let advance = self.advance(lasts).quarantine(changes);
        commit(self.at.sink, work, advance).await?;
        self.held.committed();
        self.moved(lasts, self.passed);
        Ok(())
    }

    /// Changes what is in quarantine, and nothing else.
    pub(super) async fn change(&mut self, change: Change) -> Result<(), SessionError> {
        let lasts = self.lasts(self.passed)?;
        let advance = self.advance(lasts).quarantine(vec![change]);
        self.at.sink.advance(advance).await.map_err(CommitError::from)?;
        self.moved(lasts, self.passed);
        Ok(())
    }
}

/// One that begins.
fn pace<K: Sink, P: Project<K>>(at: &Place<'_, P, K>) -> Pace {
    Pace::new(at.sink.has_one_writer(), at.partition)
}

/// How many events there are in a page.
fn page<K: Sink, P: Project<K>>(at: &Place<'_, P, K>) -> usize {
    at.projection.most().map_or(PAGE, |most| most.clamp(1, PAGE))
}

async fn subscribe<P: Projection, K>(
    at: &Place<'_, P, K>,
    after: Position,
    limit: usize,
) -> Result<Subscription, StoreError> {
    let store = Arc::clone(&at.share);
    Ok(Subscription::open(store, at.projection.query(), Start::After(after)).await?.limit(limit))
}

/// The projection's own code, whose panic must not end more than it has to.
pub(crate) async fn catching<T>(
    code: impl Future<Output = Result<T, ProjectionError>>,
) -> Result<T, ProjectionError> {
    let outcome = AssertUnwindSafe(code).catch_unwind().await;
    outcome.unwrap_or_else(|payload| Err(ProjectionError::panicked(payload)))
}

async fn commit<K: Sink>(sink: &K, work: K::Work, advance: Advance) -> Result<(), CommitError> {
    let outcome = AssertUnwindSafe(sink.commit(work, advance)).catch_unwind().await;
    outcome.unwrap_or_else(|payload| Err(CommitError::Work(Box::new(ProjectionError::panicked(payload)))))
}

/// Never, if there is no time.
pub(crate) async fn until(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// An error with its causes on one line.
pub(super) fn full(error: &dyn std::error::Error) -> String {
    Causes(error).to_string()
}
