use super::{
    App, SendError,
    load::{Guard, Loaded, load},
};
use crate::{
    Append, CausationId, CorrelationId, ExpectedVersion, Metadata, NewEvent, RecordedEvent, StreamId,
    Timestamp,
    decider::{Command, Decider, Handle, Scope},
    event::EventEnum,
    receipt::Receipt,
    store::{Conflict, EventAppenderExt, EventStore},
};
use futures_util::future::BoxFuture;
use std::{fmt, future::IntoFuture};

type Rejection<C> = <<C as Command>::Decider as Handle<C>>::Rejection;

/// A command on its way: await it. Made by [`App::send`].
#[must_use = "a command is sent when it is awaited"]
pub struct Dispatch<'a, C> {
    app: &'a App,
    command: C,
    metadata: Metadata,
    time: Option<Timestamp>,
    expected: Option<ExpectedVersion>,
}

/// What a command did.
#[non_exhaustive]
pub struct Committed<D: Decider> {
    /// The state after the events.
    pub state: D,
    /// The events; none if there was nothing to do.
    pub events: Vec<D::Event>,
    /// Where they were written, to wait for a projection that has applied them.
    pub receipt: Receipt,
}

impl<D: Decider> fmt::Debug for Committed<D> {
    /// Without the state and the events, so that a domain needs no `Debug` for its outcomes to be unwrapped in a test.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Committed").field("receipt", &self.receipt).finish_non_exhaustive()
    }
}

impl<'a, C: Command> Dispatch<'a, C> {
    pub(super) fn new(app: &'a App, command: C) -> Self {
        Self { app, command, metadata: Metadata::default(), time: None, expected: None }
    }

    /// Its events carry this metadata, in place of what was set before.
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// Its events say who did it.
    pub fn actor(mut self, actor: impl Into<String>) -> Self {
        self.metadata.actor = Some(actor.into());
        self
    }

    /// Its events belong to this request from outside.
    pub fn correlation(mut self, id: impl Into<CorrelationId>) -> Self {
        self.metadata.correlation_id = Some(id.into());
        self
    }

    /// `event` caused it: its events carry the event's id as their cause, and its correlation, tenant and trace.
    pub fn caused_by(mut self, event: &RecordedEvent) -> Self {
        let cause = &event.metadata;
        self.metadata.causation_id = Some(CausationId(event.id.0));
        self.metadata.correlation_id = cause.correlation_id.or(Some(CorrelationId(event.id.0)));
        self.metadata.tenant.clone_from(&cause.tenant);
        self.metadata.traceparent.clone_from(&cause.traceparent);
        self
    }

    /// Its events happened at `time`, rather than when they are recorded.
    pub fn at(mut self, time: Timestamp) -> Self {
        self.time = Some(time);
        self
    }

    /// It is a conflict, and not tried again, unless the stream that its events go to is as expected: what the sender
    /// had seen when deciding to send it. Over HTTP, the version of an `If-Match` header.
    pub fn expect(mut self, version: ExpectedVersion) -> Self {
        self.expected = Some(version);
        self
    }

    async fn run(self) -> Result<Committed<C::Decider>, SendError<Rejection<C>>> {
        let scope = self.command.scope()?;
        let store = &*self.app.inner.store;
        let mut attempt = 1;
        loop {
            let conflict = match self.attempt(store, &scope).await {
                Err(SendError::Conflict(conflict)) => conflict,
                outcome => return outcome,
            };
            if attempt >= self.app.inner.attempts.get() || self.is_senders(&conflict) {
                return Err(SendError::Conflict(conflict));
            }
            tracing::debug!(stream = %scope.stream(), attempt, %conflict, "another writer was faster, deciding again");
            attempt += 1;
        }
    }

    /// Whether the sender's own expectation failed, which no further attempt can change.
    fn is_senders(&self, conflict: &Conflict) -> bool {
        match conflict {
            Conflict::Version { actual, .. } => {
                self.expected.is_some_and(|expected| !expected.is_met_by(*actual))
            }
            Conflict::Condition { .. } => false,
        }
    }

    async fn attempt(
        &self,
        store: &dyn EventStore,
        scope: &Scope,
    ) -> Result<Committed<C::Decider>, SendError<Rejection<C>>> {
        let Loaded { mut state, guard } = load::<C::Decider>(store, scope).await?;
        if let (Some(expected), Guard::Version(actual)) = (self.expected, &guard) {
            // Said before the decision, which would otherwise be taken on a state that the sender has not seen.
            if !expected.is_met_by(*actual) {
                return Err(SendError::Conflict(Conflict::version(
                    scope.stream().clone(),
                    expected,
                    *actual,
                )));
            }
        }
        let events: Vec<_> = state.handle(&self.command).map_err(SendError::Rejected)?.into_iter().collect();
        if events.is_empty() {
            return Ok(Committed { state, events, receipt: Receipt::empty(store.log_id()) });
        }
        let receipt = store.append_one(self.append(scope.stream(), guard, &events)?).await?;
        events.iter().for_each(|event| state.fold(event));
        Ok(Committed { state, events, receipt })
    }

    fn append(
        &self,
        stream: &StreamId,
        guard: Guard,
        events: &[<C::Decider as Decider>::Event],
    ) -> Result<Append, SendError<Rejection<C>>> {
        let mut append = match guard {
            Guard::Version(version) => {
                Append::default().expect(stream.clone(), ExpectedVersion::Exact(version))
            }
            Guard::Condition(condition) => {
                Append::default().expect(stream.clone(), self.expected.unwrap_or_default()).fail_if(condition)
            }
        };
        for event in events {
            let encoded = event.encode().map_err(SendError::Encode)?;
            let event = NewEvent::encoded(stream.clone(), encoded).with_metadata(self.metadata.clone());
            append.events.push(match self.time {
                Some(time) => event.with_time(time),
                None => event,
            });
        }
        Ok(append)
    }
}

impl<'a, C: Command> IntoFuture for Dispatch<'a, C> {
    type Output = Result<Committed<C::Decider>, SendError<Rejection<C>>>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<C: fmt::Debug> fmt::Debug for Dispatch<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dispatch")
            .field("command", &self.command)
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}
