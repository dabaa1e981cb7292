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
        let key = envelope.key().map_or(Ok(()), |key| key.check()).map_err(SendError::Invalid);
        match key.and_then(|()| envelope.command().validate().map_err(SendError::Violations)) {
            Ok(()) => Either::Right(self.inner.call(envelope)),
            Err(error) => Either::Left(ready(Err(error))),
        }
    }
}
