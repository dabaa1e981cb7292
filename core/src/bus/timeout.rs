use super::{Committed, Envelope, Outcome, Rejection, SendError};
use crate::Command;
use futures_util::future::{BoxFuture, Either};
use std::{
    task::{Context, Poll},
    time::Duration,
};
use tower::{Layer, Service};

/// Gives the sender an answer in time: [`SendError::TimedOut`] when there is none by then.
///
/// The command may still take effect; sent again with the same idempotency key, it does so once. Needs a tokio
/// runtime with its timer.
#[derive(Clone, Copy, Debug, Default)]
pub struct TimeoutLayer {
    limit: Option<Duration>,
}

impl TimeoutLayer {
    /// For every command whose [context](super::Context::timeout) does not say otherwise.
    #[must_use]
    pub const fn new(limit: Duration) -> Self {
        Self { limit: Some(limit) }
    }
}

impl<S> Layer<S> for TimeoutLayer {
    type Service = Timeout<S>;

    fn layer(&self, inner: S) -> Timeout<S> {
        Timeout { inner, limit: self.limit }
    }
}

/// The service of [`TimeoutLayer`].
#[derive(Clone, Debug)]
pub struct Timeout<S> {
    inner: S,
    limit: Option<Duration>,
}

impl<S> Timeout<S> {
    /// What [`call`](Service::call) does, without a clone of the services inside.
    pub(super) fn pass<C: Command, F>(
        &self,
        envelope: Envelope<C>,
        inside: impl FnOnce(&S, Envelope<C>) -> F,
    ) -> Either<F, BoxFuture<'static, Outcome<C>>>
    where
        F: Future<Output = Outcome<C>> + Send + 'static,
    {
        let limit = envelope.context().timeout.or(self.limit);
        limited::<C, F>(limit, inside(&self.inner, envelope))
    }
}

fn limited<C: Command, F>(limit: Option<Duration>, answer: F) -> Either<F, BoxFuture<'static, Outcome<C>>>
where
    F: Future<Output = Outcome<C>> + Send + 'static,
{
    match limit {
        None => Either::Left(answer),
        Some(limit) => Either::Right(Box::pin(async move {
            tokio::time::timeout(limit, answer).await.unwrap_or(Err(SendError::TimedOut(limit)))
        })),
    }
}

impl<C, S> Service<Envelope<C>> for Timeout<S>
where
    C: Command,
    S: Service<
            Envelope<C>,
            Response = Committed<C::Decider>,
            Error = SendError<Rejection<C>>,
            Future: Send + 'static,
        >,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Either<S::Future, BoxFuture<'static, Outcome<C>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, envelope: Envelope<C>) -> Self::Future {
        let limit = envelope.context().timeout.or(self.limit);
        limited::<C, _>(limit, self.inner.call(envelope))
    }
}
