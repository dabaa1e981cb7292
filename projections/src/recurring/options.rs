use super::Cron;
use factum_core::{Command, Metadata, Timestamp};
use std::{fmt, sync::Arc, time::Duration};

/// A command that is sent again and again, and how: `App::builder(store).run_recurring(Recurring::new(…).catch_up(0))`.
#[must_use = "it is run by `AppBuilderExt::run_recurring`"]
pub struct Recurring<C> {
    pub(super) name: Arc<str>,
    pub(super) cron: Cron,
    pub(super) command: Arc<dyn Fn(&Due) -> C + Send + Sync>,
    pub(super) catch_up: usize,
    pub(super) from: Option<Timestamp>,
    pub(super) metadata: Metadata,
    pub(super) lease: Duration,
}

/// A time at which a command is due.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Due {
    /// What the schedule is called.
    pub name: Arc<str>,
    /// The time that the cron expression says.
    pub time: Timestamp,
    /// What time it is; later than that, if it is made up for.
    pub now: Timestamp,
}

impl<C: Command> Recurring<C> {
    /// How late a time may be that is not made up for.
    pub const ON_TIME: Duration = Duration::from_secs(60);

    /// Sends what `command` makes whenever it is due.
    ///
    /// The name is part of the idempotency keys of its commands, and what its place is kept under: a schedule under a new name
    /// is a new one. Its expression may change; it goes on after the last time that was done.
    pub fn new(
        name: impl Into<Arc<str>>,
        cron: Cron,
        command: impl Fn(&Due) -> C + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            cron,
            command: Arc::new(command),
            catch_up: 1,
            from: None,
            metadata: Metadata::default(),
            lease: Duration::from_secs(5),
        }
    }

    /// For how many of the times that have passed while nobody ran it a command is sent: the last ones; by default 1. The same
    /// goes for what could not be sent before it was due again. With 0, only what is at most a minute late
    /// ([`ON_TIME`](Self::ON_TIME)) is sent, and never more than one.
    pub const fn catch_up(mut self, times: usize) -> Self {
        self.catch_up = times;
        self
    }

    /// After which time it begins if it has never run before; by default that at which it runs for the first time. Times that
    /// have passed then are made up for as [`catch_up`](Self::catch_up) says.
    pub const fn from(mut self, time: Timestamp) -> Self {
        self.from = Some(time);
        self
    }

    /// What the events of its commands carry.
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// For how long it stays with a node that says nothing, 5 seconds by default: so long others wait when a node was killed.
    pub const fn lease(mut self, time: Duration) -> Self {
        self.lease = time;
        self
    }
}

impl<C> Clone for Recurring<C> {
    fn clone(&self) -> Self {
        Self {
            name: Arc::clone(&self.name),
            cron: self.cron.clone(),
            command: Arc::clone(&self.command),
            catch_up: self.catch_up,
            from: self.from,
            metadata: self.metadata.clone(),
            lease: self.lease,
        }
    }
}

impl<C> fmt::Debug for Recurring<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recurring")
            .field("name", &self.name)
            .field("cron", &self.cron)
            .field("catch_up", &self.catch_up)
            .finish_non_exhaustive()
    }
}
