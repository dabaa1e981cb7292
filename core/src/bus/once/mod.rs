//! An idempotency key gives the first outcome again, also after a restart.

mod key;
mod outcome;

pub(super) use self::key::Key;

use self::outcome::{FirstOutcome, Marker};
use super::{Committed, Envelope, Outcome, Rejection, SendError};
use crate::{
    Command,
    store::{AppendError, EventAppender, EventStore},
};
use futures_util::future::{BoxFuture, Either};
use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};
use tower::{Layer, Service};

/// Gives a command with an [idempotency key](super::Envelope::with_idempotency_key) the outcome that the key had first.
///
/// # How
/// The log itself remembers. The ids of the command's events are made from the key, so that the log, in which no id is
/// twice, takes them once: whichever process is first. A rejection, and a command that there was nothing to do for,
/// leave one event instead, in a stream of the category [`OnceLayer::CATEGORY`], under the id that the first event
/// would have had. All events carry the key and the command's name in their metadata.
///
/// The state that comes with a repeated outcome is folded as of when the outcome was written.
///
/// # What is not remembered
/// Failures: a conflict, a store that does not answer, a command that is wrong by itself. They had no effect, or an unknown
/// one ([`SendError::OutcomeUnknown`], [`SendError::TimedOut`]), and sending again with the same key is the way to know.
#[derive(Clone)]
pub struct OnceLayer {
    store: Arc<dyn EventStore>,
}

impl OnceLayer {
    /// The category of the streams that keep what had no effect.
    pub const CATEGORY: &'static str = outcome::CATEGORY;

    /// A layer that remembers in `store`, which must be that of the service inside.
    #[must_use]
    pub const fn new(store: Arc<dyn EventStore>) -> Self {
        Self { store }
    }
}

impl<S> Layer<S> for OnceLayer {
    type Service = Once<S>;

    fn layer(&self, inner: S) -> Once<S> {
        Once { inner, store: Arc::clone(&self.store) }
    }
}

impl fmt::Debug for OnceLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceLayer").finish_non_exhaustive()
    }
}

/// The service of [`OnceLayer`].
#[derive(Clone)]
pub struct Once<S> {
    inner: S,
    store: Arc<dyn EventStore>,
}

impl<S> Once<S> {
    /// What [`call`](Service::call) does, with a clone of the services inside only for a command with a key.
    pub(super) fn pass<C, F>(
        &self,
        envelope: Envelope<C>,
        inside: impl FnOnce(&S, Envelope<C>) -> F,
    ) -> Either<F, BoxFuture<'static, Outcome<C>>>
    where
        C: Command,
        S: Service<
                Envelope<C>,
                Response = Committed<C::Decider>,
                Error = SendError<Rejection<C>>,
                Future = F,
            > + Clone
            + Send
            + 'static,
        F: Send + 'static,
    {
        let Some(key) = envelope.key().cloned() else {
            return Either::Left(inside(&self.inner, envelope));
        };
        Either::Right(Box::pin(once(self.inner.clone(), Arc::clone(&self.store), envelope, key)))
    }
}

impl<C, S> Service<Envelope<C>> for Once<S>
where
    C: Command,
    S: Service<Envelope<C>, Response = Committed<C::Decider>, Error = SendError<Rejection<C>>>
        + Clone
        + Send
        + 'static,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Either<S::Future, BoxFuture<'static, Outcome<C>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, envelope: Envelope<C>) -> Self::Future {
        let Some(key) = envelope.key().cloned() else {
            return Either::Left(self.inner.call(envelope));
        };
        // The service that was found ready answers; a clone of it has not been asked yet.
        let ready = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, ready);
        Either::Right(Box::pin(once(inner, Arc::clone(&self.store), envelope, key)))
    }
}

/// Sends a command to `inner`, unless its key has had an outcome.
async fn once<C, S>(
    mut inner: S,
    store: Arc<dyn EventStore>,
    envelope: Envelope<C>,
    key: Arc<Key<Rejection<C>>>,
) -> Outcome<C>
where
    C: Command,
    S: Service<Envelope<C>, Response = Committed<C::Decider>, Error = SendError<Rejection<C>>>,
{
    key.check()?;
    let first = FirstOutcome { store: &*store, envelope: &envelope, key: &key };
    if let Some(outcome) = first.look_up().await? {
        return outcome;
    }
    let outcome = inner.call(envelope.clone()).await;
    let marker = match &outcome {
        Ok(committed) if committed.receipt.is_empty() => Marker::nothing(&envelope, &key),
        Err(SendError::Rejected(rejection)) => Marker::rejected(&envelope, &key, rejection),
        // What is in the way may be what this key came to, if it was sent before and took effect just now.
        Err(SendError::DuplicateEvent(_) | SendError::Conflict(_)) => return first.or(outcome).await,
        _ => return outcome,
    };
    match store.append_one(marker.map_err(SendError::Encode)?).await {
        Ok(_) => outcome,
        // Another process was faster, and its outcome is the first one.
        Err(AppendError::DuplicateEvent(id)) => first.or(Err(SendError::DuplicateEvent(id))).await,
        Err(error) => Err(error.into()),
    }
}

impl<S: fmt::Debug> fmt::Debug for Once<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Once").field("inner", &self.inner).finish_non_exhaustive()
    }
}
