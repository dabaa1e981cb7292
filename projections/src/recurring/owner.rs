use super::{Due, Recurring};
use crate::{
    runner::PAUSES,
    sole::{Sole, Turn},
};
use async_trait::async_trait;
use chrono::SecondsFormat;
use factum_core::{
    Causes, Command, StoreError, Timestamp,
    bus::{CommandBus, Context, Envelope, Rejection, SendError},
    checkpoint::AdvanceError,
    projection::ProjectionError,
    sink::{Change, Collection, CommitError, Document, DocumentSink},
};
use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{fmt::Display, panic::AssertUnwindSafe, sync::Arc};
use tower::Service as _;

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

/// What has become of a command.
enum Sent {
    /// It had its effect, or was rejected, or another one was sent in its place.
    Done,
    Failed,
}

#[async_trait]
impl<C, K> Sole for Owner<C, K>
where
    C: Command,
    Rejection<C>: Serialize + DeserializeOwned + Display,
    K: DocumentSink,
{
    async fn run(&self, turn: &Turn) -> Result<(), CommitError> {
        let mut failed = 0_u32;
        let mut through = self.begin(turn).await?;
        loop {
            let Some(next) = self.schedule.cron.after(through) else {
                tracing::info!(schedule = %self.schedule.name, "a schedule is never due again");
                turn.ended().await;
                return Ok(());
            };
            let now = tokio::select! {
                biased;
                () = turn.ended() => return Ok(()),
                now = self.sink.wait_until(next) => now.map_err(AdvanceError::from)?,
            };
            let (due, last) = self.due(through, now);
            let mut has_failed = false;
            for due in due {
                if turn.has_ended() {
                    return Ok(());
                }
                if let Sent::Failed = self.send(&due).await {
                    has_failed = true;
                    break;
                }
                through = due.time;
                self.keep(turn, through).await?;
            }
            if has_failed {
                // Then it may be due again, and is looked at anew.
                if pause(&mut failed, turn).await {
                    return Ok(());
                }
                continue;
            }
            failed = 0;
            if let Some(last) = last.filter(|last| *last > through) {
                through = last;
                self.keep(turn, through).await?;
            }
        }
    }
}

impl<C, K> Owner<C, K>
where
    C: Command,
    Rejection<C>: Serialize + DeserializeOwned + Display,
    K: DocumentSink,
{
    /// Up to which time it is done.
    async fn begin(&self, turn: &Turn) -> Result<Timestamp, CommitError> {
        let name = self.schedule.name.to_string();
        let found = self.sink.load(&self.collection, vec![name]).await.map_err(AdvanceError::from)?;
        let found = found.into_iter().next().flatten();
        if let Some(found) = found {
            let place: Place = serde_json::from_slice(&found).map_err(|error| {
                let doing = format!("reading the place of schedule {}", self.schedule.name);
                AdvanceError::from(StoreError::corrupt(doing, error))
            })?;
            return Ok(place.through);
        }
        self.keep(turn, self.begin).await?;
        Ok(self.begin)
    }

    async fn keep(&self, turn: &Turn, through: Timestamp) -> Result<(), CommitError> {
        let place = serde_json::to_vec(&Place { through }).expect("a time can be written");
        let change = Change::Put(Document::new(self.schedule.name.to_string(), place));
        let work = self.sink.changes(&self.collection, vec![change]);
        self.sink.commit(work, turn.advance()).await
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
            // The key is that of this time of this schedule and of nothing else, so a node whose code is another version has sent
            // what is due.
            Ok(Err(SendError::KeyReused(reused))) => {
                tracing::warn!(
                    schedule = %name, due = %due.time, error = %reused,
                    "another version of the schedule has sent its command"
                );
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
async fn pause(failed: &mut u32, turn: &Turn) -> bool {
    *failed = failed.saturating_add(1);
    tokio::select! {
        () = turn.ended() => true,
        () = tokio::time::sleep(PAUSES.before(failed.saturating_add(1))) => false,
    }
}
