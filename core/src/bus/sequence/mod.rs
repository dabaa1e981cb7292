//! Commands of one process on one aggregate queue, rather than conflict.

mod queues;

use self::queues::{Place, Queues};
use super::{Committed, Envelope, Rejection, SendError};
use crate::{Command, Query, Scope, query::QueryItem};
use pin_project_lite::pin_project;
use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tower::{Layer, Service};

/// Lets commands with the same key in one after the other, in the order in which they came.
///
/// The key of a command on a stream is the stream. A command over a query has a key for each of the query's tags, or
/// for its types and categories where it names no tag: so those that read the same tag queue. Services that were made
/// by one layer share their queues.
///
/// The service inside is called at once, and its future is polled when it is its turn. A command comes when its own
/// future is polled first: one that is never polled holds up nobody.
#[derive(Clone, Debug)]
pub struct SequenceLayer {
    queues: Queues,
}

impl SequenceLayer {
    /// A layer with queues of its own.
    #[must_use]
    pub fn new() -> Self {
        Self { queues: Queues::new() }
    }
}

impl Default for SequenceLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for SequenceLayer {
    type Service = Sequence<S>;

    fn layer(&self, inner: S) -> Sequence<S> {
        Sequence { inner, queues: Some(self.queues.clone()) }
    }
}

/// The service of [`SequenceLayer`].
#[derive(Clone)]
pub struct Sequence<S> {
    inner: S,
    /// `None` lets everything through.
    queues: Option<Queues>,
}

impl<S> Sequence<S> {
    /// One that lets every command through at once.
    pub const fn off(inner: S) -> Self {
        Self { inner, queues: None }
    }

    /// What [`call`](Service::call) does, without a clone of the services inside.
    pub(super) fn pass<C: Command, F>(
        &self,
        envelope: Envelope<C>,
        inside: impl FnOnce(&S, Envelope<C>) -> F,
    ) -> InTurn<F> {
        let place = self.place(envelope.scope());
        InTurn { answer: inside(&self.inner, envelope), place }
    }

    fn place(&self, scope: &Scope) -> Option<Place> {
        self.queues.as_ref().map(|queues| match scope {
            Scope::Stream(stream) => Place::one(queues, queues.key(stream)),
            Scope::Query { query, .. } => Place::many(queues, keys(queues, query)),
        })
    }
}

impl<C, S> Service<Envelope<C>> for Sequence<S>
where
    C: Command,
    S: Service<Envelope<C>, Response = Committed<C::Decider>, Error = SendError<Rejection<C>>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = InTurn<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, envelope: Envelope<C>) -> Self::Future {
        let place = self.place(envelope.scope());
        InTurn { answer: self.inner.call(envelope), place }
    }
}

fn keys(queues: &Queues, query: &Query) -> Vec<u64> {
    let item_keys = |item: &QueryItem| -> Vec<u64> {
        if !item.tags.is_empty() {
            return item.tags.iter().map(|tag| queues.key(tag)).collect();
        }
        let types = item.types.iter().map(|t| queues.key(t));
        types.chain(item.categories.iter().map(|category| queues.key(category))).collect()
    };
    match query.items() {
        // All commands that read the whole log.
        [] => vec![queues.key(&())],
        items => items.iter().flat_map(item_keys).collect(),
    }
}

impl<S: fmt::Debug> fmt::Debug for Sequence<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sequence").field("inner", &self.inner).field("queues", &self.queues).finish()
    }
}

pin_project! {
    /// The future of a command that waits for its turn, and then for its answer.
    #[derive(Debug)]
    pub struct InTurn<F> {
        #[pin]
        answer: F,
        // `None` for one that need not wait, or has its answer. Dropped after the answer, if it is given up.
        place: Option<Place>,
    }
}

impl<F: Future> Future for InTurn<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if let Some(place) = this.place {
            ready!(place.poll(cx));
        }
        let answer = ready!(this.answer.poll(cx));
        // The next one begins when there is an answer, not when somebody has looked at it.
        *this.place = None;
        Poll::Ready(answer)
    }
}
