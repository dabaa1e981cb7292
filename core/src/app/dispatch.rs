use super::App;
use crate::{
    CorrelationId, ExpectedVersion, Invalid, Metadata, RecordedEvent, Timestamp,
    bus::{Context, Envelope, Outcome, Rejection, Sending},
    decider::Command,
};
use pin_project_lite::pin_project;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
    task::Poll,
    time::Duration,
};

/// A command on its way: await it. Made by [`App::send`].
#[must_use = "a command is sent when it is awaited"]
pub struct Dispatch<'a, C: Command> {
    app: &'a App,
    /// Or why its target cannot be addressed, which is said when it is awaited.
    envelope: Result<Envelope<C>, Invalid>,
}

impl<'a, C: Command> Dispatch<'a, C> {
    pub(super) fn new(app: &'a App, command: C) -> Self {
        Self { app, envelope: Envelope::new(command) }
    }

    /// Its events carry this metadata, in place of what was set before.
    pub fn metadata(self, metadata: Metadata) -> Self {
        self.with(|context| context.metadata = metadata)
    }

    /// Its events say who did it.
    pub fn actor(self, actor: impl Into<String>) -> Self {
        self.with(|context| context.metadata.actor = Some(actor.into()))
    }

    /// Its events say for whom it was done.
    pub fn tenant(self, tenant: impl Into<String>) -> Self {
        self.with(|context| context.metadata.tenant = Some(tenant.into()))
    }

    /// Its events belong to this request from outside.
    pub fn correlation(self, id: impl Into<CorrelationId>) -> Self {
        self.with(|context| context.metadata.correlation_id = Some(id.into()))
    }

    /// Its events belong to this span of a trace: the `traceparent` of
    /// [W3C Trace Context](https://www.w3.org/TR/trace-context/).
    pub fn traceparent(self, traceparent: impl Into<String>) -> Self {
        self.with(|context| context.metadata.traceparent = Some(traceparent.into()))
    }

    /// `event` caused it: its events carry the event's id as their cause, and its correlation, tenant and trace. See
    /// [`App::trace`].
    pub fn caused_by(self, event: &(impl AsRef<RecordedEvent> + ?Sized)) -> Self {
        self.with(|context| context.caused_by(event.as_ref()))
    }

    /// Its events happened at `time`, rather than when they are recorded.
    pub fn at(self, time: Timestamp) -> Self {
        self.with(|context| context.time = Some(time))
    }

    /// It is a conflict, and not tried again, unless the stream that its events go to is as expected: what the sender
    /// had seen when deciding to send it. Over HTTP, the version of an `If-Match` header.
    pub fn expect(self, version: ExpectedVersion) -> Self {
        self.with(|context| context.expected = Some(version))
    }

    /// How long the sender waits: then it is [`SendError::TimedOut`](crate::SendError::TimedOut), and may have taken
    /// effect or not. Needs a tokio runtime with its timer.
    pub fn timeout(self, limit: Duration) -> Self {
        self.with(|context| context.timeout = Some(limit))
    }

    /// Leaves a value for the layers on the way.
    pub fn with_value<T: Send + Sync + 'static>(self, value: T) -> Self {
        self.with(|context| context.insert(value))
    }

    /// Takes effect once, however often a command is sent with this key; see
    /// [`Envelope::with_idempotency_key`]. Over HTTP, the `Idempotency-Key` header.
    ///
    /// ```
    /// # use factum::prelude::*;
    /// # #[derive(Id, Clone)] struct AccountId(String);
    /// # #[derive(Event, Serialize, Deserialize)] struct Deposited { amount: u64 }
    /// # #[derive(Aggregate, Clone, Default)]
    /// # #[aggregate(category = "account", id = AccountId, events(Deposited))]
    /// # struct Account { balance: u64 }
    /// # impl Apply<Deposited> for Account { fn apply(&mut self, event: &Deposited) { self.balance += event.amount } }
    /// # #[derive(Command)] struct Deposit { #[command(target)] account: AccountId, amount: u64 }
    /// # impl Handle<Deposit> for Account {
    /// #     type Rejection = String;
    /// #     fn handle(&self, command: &Deposit) -> Result<Events<Self>, String> {
    /// #         if command.amount == 0 { return Err("there is nothing to deposit".into()) }
    /// #         Ok(Deposited { amount: command.amount }.into())
    /// #     }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let app = App::builder(MemoryStore::new()).build().await?;
    /// let deposit = || Deposit { account: "ada".into(), amount: 100 };
    ///
    /// let first = app.send(deposit()).idempotency_key("order-4711").await?;
    /// let again = app.send(deposit()).idempotency_key("order-4711").await?;
    /// assert!(!first.repeated && again.repeated);
    /// assert_eq!((again.state.balance, &again.receipt), (100, &first.receipt));
    /// # Ok(()) }
    /// ```
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self
    where
        Rejection<C>: Serialize + DeserializeOwned,
    {
        self.envelope = self.envelope.map(|envelope| envelope.with_idempotency_key(key));
        self
    }

    fn with(mut self, set: impl FnOnce(&mut Context)) -> Self {
        if let Ok(envelope) = &mut self.envelope {
            set(envelope.context_mut());
        }
        self
    }
}

impl<C: Command> IntoFuture for Dispatch<'_, C> {
    type Output = Outcome<C>;
    type IntoFuture = Dispatched<C>;

    fn into_future(self) -> Dispatched<C> {
        Dispatched {
            sending: match self.envelope {
                Ok(envelope) => Sent::Going { sending: self.app.inner.commands.send(envelope) },
                Err(invalid) => Sent::Unaddressed { invalid: Some(invalid) },
            },
        }
    }
}

impl<C: Command> fmt::Debug for Dispatch<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dispatch").field("envelope", &self.envelope).finish_non_exhaustive()
    }
}

pin_project! {
    /// The future of a [`Dispatch`].
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct Dispatched<C: Command> {
        #[pin]
        sending: Sent<C>,
    }
}

pin_project! {
    #[project = SentProjected]
    enum Sent<C: Command> {
        Going { #[pin] sending: Sending<C> },
        Unaddressed { invalid: Option<Invalid> },
    }
}

impl<C: Command> Future for Dispatched<C> {
    type Output = Outcome<C>;

    fn poll(self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<Outcome<C>> {
        match self.project().sending.project() {
            SentProjected::Going { sending } => sending.poll(cx),
            SentProjected::Unaddressed { invalid } => {
                let invalid = invalid.take().expect("a future is not polled again after it was ready");
                Poll::Ready(Err(invalid.into()))
            }
        }
    }
}

impl<C: Command> fmt::Debug for Dispatched<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dispatched").field("command", &C::NAME).finish_non_exhaustive()
    }
}
