use super::{Committed, Envelope, Rejection, SendError};
use crate::Command;
use pin_project_lite::pin_project;
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tower::{Layer, Service};
use tracing::{Span, field::Empty};

/// A span `command` at level debug around each command, with its name, its stream, its correlation id, and how it
/// ended. A failure that is nobody's decision, such as a store that does not answer, is also said as a warning.
#[derive(Clone, Copy, Debug, Default)]
pub struct TraceLayer;

impl<S> Layer<S> for TraceLayer {
    type Service = Trace<S>;

    fn layer(&self, inner: S) -> Trace<S> {
        Trace { inner }
    }
}

/// The service of [`TraceLayer`].
#[derive(Clone, Debug)]
pub struct Trace<S> {
    inner: S,
}

impl<S> Trace<S> {
    /// What [`call`](Service::call) does, without a clone of the services inside.
    pub(super) fn pass<C: Command, F>(
        &self,
        envelope: Envelope<C>,
        inside: impl FnOnce(&S, Envelope<C>) -> F,
    ) -> Traced<F> {
        traced(envelope, |envelope| inside(&self.inner, envelope))
    }
}

fn traced<C: Command, F>(envelope: Envelope<C>, inside: impl FnOnce(Envelope<C>) -> F) -> Traced<F> {
    let span = tracing::debug_span!(
        "command",
        name = C::NAME,
        stream = %envelope.stream(),
        correlation = Empty,
        outcome = Empty,
        position = Empty,
    );
    if let Some(id) = envelope.context().metadata.correlation_id.filter(|_| !span.is_disabled()) {
        span.record("correlation", tracing::field::display(id));
    }
    let answer = span.in_scope(|| inside(envelope));
    Traced { answer, span, command: C::NAME }
}

impl<C, S> Service<Envelope<C>> for Trace<S>
where
    C: Command,
    S: Service<Envelope<C>, Response = Committed<C::Decider>, Error = SendError<Rejection<C>>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Traced<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, envelope: Envelope<C>) -> Self::Future {
        traced(envelope, |envelope| self.inner.call(envelope))
    }
}

pin_project! {
    /// The future of [`Trace`].
    #[derive(Debug)]
    pub struct Traced<F> {
        #[pin]
        answer: F,
        span: Span,
        command: &'static str,
    }
}

impl<D, E, F> Future for Traced<F>
where
    D: crate::Decider,
    F: Future<Output = Result<Committed<D>, SendError<E>>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _entered = this.span.enter();
        let outcome = ready!(this.answer.poll(cx));
        match &outcome {
            Ok(committed) => {
                this.span.record("outcome", if committed.repeated { "repeated" } else { "committed" });
                this.span.record("position", committed.receipt.position().get());
            }
            Err(error) => {
                this.span.record("outcome", error.kind());
                if error.is_failure() {
                    tracing::warn!(command = this.command, error = error.kind(), "a command failed");
                }
            }
        }
        Poll::Ready(outcome)
    }
}
