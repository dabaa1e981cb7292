//! Live queries: an answer now, and another one whenever it changes.

use crate::runner::{WaitError, Waiter};
use factum_core::{App, AskError, ReadQuery, store::Watch};
use std::fmt;

/// A question whose answer is told anew whenever it changes. Made by [`AppExt::observe`](crate::AppExt::observe).
///
/// It is asked again when the projection has come further, and at most once at a time: an observer that is slow skips what
/// was in between and misses no last state. On a node that does not apply the projection itself, it is asked some dozens of times a
/// second at most.
pub struct Observed<Q: ReadQuery> {
    app: App,
    query: Q,
    waiter: Waiter,
    /// Of the log, for a view that is folded on demand.
    watch: Watch,
    last: Option<Q::Answer>,
    /// How far the projection had come when the last answer was asked for.
    seen: Option<(u32, Vec<u64>)>,
}

impl<Q: ReadQuery<Answer: Clone + PartialEq> + Clone> Observed<Q> {
    pub(crate) fn new(app: App, query: Q, waiter: Waiter) -> Self {
        let watch = app.store().watch();
        Self { app, query, waiter, watch, last: None, seen: None }
    }

    /// The answer; at once the first time, and then when it differs from the last one.
    ///
    /// # Cancellation
    /// Safe: an answer that was not returned is returned by the next call.
    ///
    /// # Errors
    /// [`AskError`] when the question cannot be answered, and [`AskError::Wait`] when the projection has ended.
    pub async fn next(&mut self) -> Result<Q::Answer, AskError> {
        loop {
            if self.seen.is_some() && self.waiter.progress().is_none() {
                self.watch.changed().await;
            }
            // Before the answer, so that what comes while it is found is seen afterwards.
            let seen = self.waiter.moved(self.seen.as_ref()).await.map_err(wait)?;
            let answer = self.app.ask(self.query.clone()).await?;
            self.seen = Some(seen);
            if self.last.as_ref() != Some(&answer) {
                self.last = Some(answer.clone());
                return Ok(answer);
            }
        }
    }
}

fn wait(error: WaitError) -> AskError {
    AskError::Wait(Box::new(error))
}

impl<Q: ReadQuery> fmt::Debug for Observed<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observed").field("waiter", &self.waiter).finish_non_exhaustive()
    }
}
