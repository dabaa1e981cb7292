use super::{Due, Recurring};
use crate::node::{Duty, Ended};
use async_trait::async_trait;
use chrono::SecondsFormat;
use factum_core::{
    Causes, Checkpoint, CheckpointKey, Command, LeaseStore, Position, StoreError, Timestamp,
    bus::{Backoff, CommandBus, Context, Envelope, Rejection, SendError},
    checkpoint::{Advance, AdvanceError, Epoch},
    lease::Group,
    projection::ProjectionError,
    sink::{Change, Collection, CommitError, Document, DocumentSink},
};
use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{fmt::Display, panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;
use tower::Service as _;

/// How long to wait before something is tried again.
const PAUSES: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(30));

/// Sends the command of one schedule. Of all nodes, one does.
pub(super) struct Owner<C, K> {
    pub(super) schedule: Recurring<C>,
    pub(super) sink: K,
    pub(super) collection: Collection,
    pub(super) commands: CommandBus,
    /// Where it begins if it has never run before.
    pub(super) begin: Timestamp,
}

/// What is kept of a schedule.
#[derive(Serialize, Deserialize)]
struct Place {
    /// Everything that was due up to here is done, or left out.
    through: Timestamp,
}

/// Why it has to begin again.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// What has become of a command.
enum Sent {
    /// It had its effect, or was rejected.
    Done,
    Failed,
}

#[async_trait]
impl<C, K> Duty for Owner<C, K>
where
    C: Command,
    Rejection<C>: Serialize + DeserializeOwned + Display,
    K: DocumentSink,
{
    fn leases(&self) -> &dyn LeaseStore {
        &self.sink
    }

    async fn begin(&self, _: &Group) -> Result<Position, StoreError> {
        // Its place is a time, and not in the log.
        Ok(Position::START)
    }

    async fn hold(
        &self,
        group: &Group,
        number: u16,
        checkpoint: Checkpoint,
        stop: &CancellationToken,
    ) -> Ended {
        let (key, name) = (group.key(number), &self.schedule.name);
        let mut failed = 0_u32;
        loop {
            let failure = match self.run(&key, checkpoint.epoch, stop, &mut failed).await {
                Ok(()) => return Ended::Stopped,
                Err(Failure::Commit(CommitError::Advance(AdvanceError::Fenced { .. }))) => {
                    return Ended::Deposed;
                }
                Err(failure) => failure,
            };
            tracing::warn!(schedule = %name, error = %Causes(&failure), "a schedule begins again");
            if pause(&mut failed, stop).await {
                return Ended::Stopped;
            }
        }
    }

    fn waits(&self, error: StoreError) {
        tracing::warn!(schedule = %self.schedule.name, error = %Causes(&error), "a schedule waits for the store");
    }
}

impl<C, K> Owner<C, K>
where
    C: Command,
    Rejection<C>: Serialize + DeserializeOwned + Display,
    K: DocumentSink,
{
    /// Sends what is due until it is stopped, or an error.
    async fn run(
        &self,
        key: &CheckpointKey,
        epoch: Epoch,
        stop: &CancellationToken,
        failed: &mut u32,
    ) -> Result<(), Failure> {
        let mut through = self.begin(key, epoch).await?;
        loop {
            let Some(next) = self.schedule.cron.after(through) else {
                tracing::info!(schedule = %self.schedule.name, "a schedule is never due again");
                stop.cancelled().await;
                return Ok(());
            };
            let now = tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(()),
                now = self.sink.wait_until(next) => now?,
            };
            let (due, last) = self.due(through, now);
            let mut has_failed = false;
            for due in due {
                if stop.is_cancelled() {
                    return Ok(());
                }
                if let Sent::Failed = self.send(&due).await {
                    has_failed = true;
                    break;
                }
                through = due.time;
                self.keep(key, epoch, through).await?;
            }
            if has_failed {
                // Then it may be due again, and is looked at anew.
                if pause(failed, stop).await {
                    return Ok(());
                }
                continue;
            }
            *failed = 0;
            if let Some(last) = last.filter(|last| *last > through) {
                through = last;
                self.keep(key, epoch, through).await?;
            }
        }
    }

    /// Up to which time it is done.
    async fn begin(&self, key: &CheckpointKey, epoch: Epoch) -> Result<Timestamp, Failure> {
        let name = self.schedule.name.to_string();
        let found = self.sink.load(&self.collection, vec![name]).await?.pop().flatten();
        if let Some(found) = found {
            let place: Place = serde_json::from_slice(&found).map_err(|error| {
                StoreError::corrupt(format!("reading the place of schedule {}", self.schedule.name), error)
            })?;
            return Ok(place.through);
        }
        self.keep(key, epoch, self.begin).await?;
        Ok(self.begin)
    }

    async fn keep(&self, key: &CheckpointKey, epoch: Epoch, through: Timestamp) -> Result<(), Failure> {
        let place = serde_json::to_vec(&Place { through }).expect("a time can be written");
        let change = Change::Put(Document::new(self.schedule.name.to_string(), place));
        let work = self.sink.changes(&self.collection, vec![change]);
        // The move goes nowhere; it is refused if another node has the schedule.
        Ok(self.sink.commit(work, Advance::new(key.clone(), epoch, Position::START)).await?)
    }

    /// What is to be sent, in order, of all that has been due after `through`; and the last time at which it was due.
    fn due(&self, through: Timestamp, now: Timestamp) -> (Vec<Due>, Option<Timestamp>) {
        let Recurring { name, cron, catch_up, .. } = &self.schedule;
        let (mut times, mut has_earlier) = cron.last((*catch_up).max(1), through, now);
        let last = times.back().copied();
        let is_late =
            |time: Timestamp| (now - time).to_std().is_ok_and(|late| late > Recurring::<C>::ON_TIME);
        if *catch_up == 0 && last.is_some_and(is_late) {
            times.clear();
            has_earlier = true;
        }
        if has_earlier {
            tracing::warn!(schedule = %name, after = %through, "times of a schedule have passed, and are left out");
        }
        (times.into_iter().map(|time| Due { name: Arc::clone(name), time, now }).collect(), last)
    }

    async fn send(&self, due: &Due) -> Sent {
        let name = &self.schedule.name;
        let late = (due.now - due.time).to_std().unwrap_or_default();
        tracing::debug!(schedule = %name, due = %due.time, ?late, "a command is due");
        match AssertUnwindSafe(self.try_send(due)).catch_unwind().await {
            Ok(Ok(())) => Sent::Done,
            Ok(Err(SendError::Rejected(rejection))) => {
                tracing::warn!(schedule = %name, due = %due.time, %rejection, "the command of a schedule was rejected");
                Sent::Done
            }
            Ok(Err(error)) => {
                let error = match &error {
                    SendError::Store(error) => Causes(error).to_string(),
                    error => error.to_string(),
                };
                tracing::warn!(schedule = %name, due = %due.time, error, "the command of a schedule is sent again");
                Sent::Failed
            }
            Err(payload) => {
                let error = ProjectionError::panicked(payload);
                tracing::error!(schedule = %name, due = %due.time, %error, "the command of a schedule is sent again");
                Sent::Failed
            }
        }
    }

    /// As often as one likes: it takes effect once.
    async fn try_send(&self, due: &Due) -> Result<(), SendError<Rejection<C>>> {
        let mut context = Context::default();
        context.metadata = self.schedule.metadata.clone();
        let envelope = Envelope::new((self.schedule.command)(due))?.with_context(context);
        self.commands.clone().call(envelope.with_idempotency_key(due.key())).await.map(drop)
    }
}

impl Due {
    /// The idempotency key of its command. It is part of every log: never change it.
    #[must_use]
    pub fn key(&self) -> String {
        format!("recurring/{}/{}", self.name, self.time.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

/// Waits a while; whether it was stopped meanwhile.
async fn pause(failed: &mut u32, stop: &CancellationToken) -> bool {
    *failed = failed.saturating_add(1);
    tokio::select! {
        () = stop.cancelled() => true,
        () = tokio::time::sleep(PAUSES.before(failed.saturating_add(1))) => false,
    }
}
