use super::{Committed, ConflictRetry, Decide, Envelope, Outcome, Rejection, SendError};
use crate::Command;
use futures_util::future::BoxFuture;
use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};
use tower::{Layer, Service, retry::Policy as _};

impl Layer<Decide> for ConflictRetry {
    type Service = DecideAgain;

    fn layer(&self, decide: Decide) -> DecideAgain {
        DecideAgain { inner: Arc::new((self.clone(), decide)) }
    }
}

/// The service of [`ConflictRetry`] as a layer.
///
/// It does what a [`tower::retry::Retry`] with that policy around [`Decide`] does, with less work for the commands that do
/// not conflict, which are nearly all: all attempts are one future on one envelope, and to clone the service is to count
/// one more owner. Nothing can stand between the attempts and [`Decide`]; for that there is the policy.
#[derive(Clone)]
pub struct DecideAgain {
    inner: Arc<(ConflictRetry, Decide)>,
}

impl DecideAgain {
    pub(super) fn retry(&self) -> &ConflictRetry {
        &self.inner.0
    }

    pub(super) fn decide(&self) -> &Decide {
        &self.inner.1
    }

    /// What [`call`](Service::call) does.
    pub(super) fn pass<C: Command>(&self, envelope: Envelope<C>) -> BoxFuture<'static, Outcome<C>> {
        Box::pin(self.clone().send(envelope))
    }

    async fn send<C: Command>(self, mut envelope: Envelope<C>) -> Outcome<C> {
        let mut outcome = self.decide().attempt(&envelope).await;
        if !matches!(outcome, Err(SendError::Conflict(_))) {
            return outcome;
        }
        // The policy counts the attempts of one command.
        let mut policy = self.retry().clone();
        while let Some(pause) = policy.retry(&mut envelope, &mut outcome) {
            pause.await;
            outcome = self.decide().attempt(&envelope).await;
        }
        outcome
    }
}

impl<C: Command> Service<Envelope<C>> for DecideAgain {
    type Response = Committed<C::Decider>;
    type Error = SendError<Rejection<C>>;
    type Future = BoxFuture<'static, Outcome<C>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, envelope: Envelope<C>) -> Self::Future {
        self.pass(envelope)
    }
}

impl fmt::Debug for DecideAgain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecideAgain").field("retry", self.retry()).field("decide", self.decide()).finish()
    }
}
