use super::{Committed, Envelope, Outcome, Rejection, SendError};
use crate::Command;
use futures_util::future::{Either, Ready, ready};
use std::task::{Context, Poll};
use tower::{Layer, Service};

/// Refuses a command that [`Command::validate`] finds wrong, or an idempotency key that cannot be kept, before anything
/// is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ValidateLayer;

impl<S> Layer<S> for ValidateLayer {
    type Service = Validate<S>;

    fn layer(&self, inner: S) -> Validate<S> {
        Validate { inner }
    }
}

/// The service of [`ValidateLayer`].
#[derive(Clone, Debug)]
pub struct Validate<S> {
    inner: S,
}

impl<S> Validate<S> {
    /// What [`call`](Service::call) does, without a clone of the services inside.
    pub(super) fn pass<C: Command, F>(
        &self,
        envelope: Envelope<C>,
        inside: impl FnOnce(&S, Envelope<C>) -> F,
    ) -> Either<Ready<Outcome<C>>, F> {
        validated(envelope, |envelope| inside(&self.inner, envelope))
    }
}

fn validated<C: Command, F>(
    envelope: Envelope<C>,
    inside: impl FnOnce(Envelope<C>) -> F,
) -> Either<Ready<Outcome<C>>, F> {
    let key = envelope.key().map_or(Ok(()), |key| key.check()).map_err(SendError::Invalid);
    match key.and_then(|()| envelope.command().validate().map_err(SendError::Violations)) {
        Ok(()) => Either::Right(inside(envelope)),
        Err(error) => Either::Left(ready(Err(error))),
    }
}

impl<C, S> Service<Envelope<C>> for Validate<S>
where
    C: Command,
    S: Service<Envelope<C>, Response = Committed<C::Decider>, Error = SendError<Rejection<C>>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Either<Ready<Outcome<C>>, S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, envelope: Envelope<C>) -> Self::Future {
        validated(envelope, |envelope| self.inner.call(envelope))
    }
}
