use super::{EventOf, ProcessCommand, ProcessManager, SentBy};
use crate::{
    Event, Timestamp,
    event::{Codec as _, CodecError, Encoded, Json},
    time::to_micros,
};
use bytes::Bytes;
use std::{fmt, time::Duration};

/// What a process asks for while it reacts to an event. It happens when all that is asked for is kept.
pub struct Next<'a, P: ProcessManager> {
    key: &'a P::Key,
    time: Timestamp,
    wishes: Vec<Wish>,
    failed: Option<CodecError>,
}

/// One thing that a process has asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wish {
    /// This command is sent.
    Send(Sent),
    /// This event happens at that time, unless that is cancelled before.
    Schedule {
        /// What the deadline is called.
        name: String,
        /// When it is due.
        due: Timestamp,
        /// What happens then.
        event: Encoded,
    },
    /// A deadline does not fire any more.
    Cancel {
        /// What the deadline is called.
        name: String,
    },
    /// The instance ends.
    End,
}

/// A command as it is kept until it is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sent {
    /// What it is called: its [`NAME`](crate::Command::NAME).
    pub command: &'static str,
    /// The command as JSON.
    pub payload: Bytes,
}

impl Sent {
    /// A command, to be kept.
    ///
    /// # Errors
    /// [`CodecError`] when it cannot be written as JSON.
    pub fn of<C: ProcessCommand>(command: &C) -> Result<Self, CodecError> {
        Ok(Self { command: C::NAME, payload: Json::encode(command)? })
    }
}

impl<'a, P: ProcessManager> Next<'a, P> {
    /// For an event that happened at `time`, which concerns the instance `key`. For whoever runs processes, and for tests.
    #[must_use]
    pub const fn new(key: &'a P::Key, time: Timestamp) -> Self {
        Self { key, time, wishes: Vec::new(), failed: None }
    }

    /// What tells this instance from others.
    ///
    /// It does not borrow from `self`, so that it can be used in what is asked for.
    #[must_use]
    pub const fn key(&self) -> &'a P::Key {
        self.key
    }

    /// When the event happened ([`RecordedEvent::time`](crate::RecordedEvent::time)). That of a deadline happened when it was due.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// Sends a command, once, after those that this instance has sent before. It carries the correlation of the instance, and the
    /// event as its cause.
    ///
    /// A command that is rejected comes back as the event [`Rejected`](super::Rejected) if the process asks for that
    /// (`rejected(…)`). Otherwise it waits in quarantine, and with it what this instance sends after it.
    // It is given away: whoever sends a command has no use for it afterwards.
    #[allow(clippy::needless_pass_by_value)]
    pub fn send<C: ProcessCommand + SentBy<P>>(&mut self, command: C) {
        match Sent::of(&command) {
            Ok(sent) => self.wishes.push(Wish::Send(sent)),
            Err(error) => self.fails(error),
        }
    }

    /// Has `event` happen in so long a time, counted from when the present event [happened](Self::time). A deadline of this
    /// instance that has the same name is replaced.
    ///
    /// It fires by the clock of the store: never before its time, and as soon after it as somebody runs the process.
    pub fn schedule<E: Event + EventOf<P>>(&mut self, name: impl Into<String>, after: Duration, event: E) {
        let due =
            chrono::Duration::from_std(after).ok().and_then(|after| self.time.checked_add_signed(after));
        self.schedule_at(name, due.unwrap_or(Timestamp::MAX_UTC), event);
    }

    /// Has `event` happen at `time`; at once if that is over. Otherwise as [`schedule`](Self::schedule).
    #[allow(clippy::needless_pass_by_value)]
    pub fn schedule_at<E: Event + EventOf<P>>(&mut self, name: impl Into<String>, time: Timestamp, event: E) {
        match Encoded::of(&event) {
            Ok(event) => {
                self.wishes.push(Wish::Schedule { name: name.into(), due: to_micros(time), event });
            }
            Err(error) => self.fails(error),
        }
    }

    /// The deadline with this name does not fire any more; if it has fired and its event has not been reacted to yet, that is left
    /// alone. There need not be one.
    pub fn cancel(&mut self, name: impl Into<String>) {
        self.wishes.push(Wish::Cancel { name: name.into() });
    }

    /// The instance ends: its state and its deadlines are removed. What it has sent is still delivered. An event that
    /// [starts](ProcessManager::starts) one begins another instance with the same key.
    pub fn end(&mut self) {
        self.wishes.push(Wish::End);
    }

    /// What was asked for, in order.
    ///
    /// # Errors
    /// [`CodecError`] when a command or an event cannot be written.
    pub fn into_wishes(self) -> Result<Vec<Wish>, CodecError> {
        self.failed.map_or(Ok(self.wishes), Err)
    }

    fn fails(&mut self, error: CodecError) {
        self.failed.get_or_insert(error);
    }
}

impl<P: ProcessManager> fmt::Debug for Next<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next")
            .field("key", &format_args!("{}", self.key))
            .field("time", &self.time)
            .field("wishes", &self.wishes)
            .finish()
    }
}
