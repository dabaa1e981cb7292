use crate::{Inner, MemoryStore, schema::Tables};
use async_trait::async_trait;
use factum_core::{Append, AppendCondition, AppendError, Conflict, EventAppender, Receipt};

#[async_trait]
impl EventAppender for MemoryStore {
    async fn append(&self, appends: Vec<Append>) -> Vec<Result<Receipt, AppendError>> {
        let outcomes: Vec<_> = {
            let mut tables = self.write();
            appends.into_iter().map(|append| tables.append(&self.inner, append)).collect()
        };
        if outcomes.iter().flatten().any(|receipt| !receipt.is_empty()) {
            self.inner.watch.wake();
        }
        outcomes
    }

    async fn append_one(&self, append: Append) -> Result<Receipt, AppendError> {
        let outcome = self.write().append(&self.inner, append);
        if outcome.as_ref().is_ok_and(|receipt| !receipt.is_empty()) {
            self.inner.watch.wake();
        }
        outcome
    }
}

impl Tables {
    /// Checks everything, then writes everything.
    fn append(&mut self, inner: &Inner, append: Append) -> Result<Receipt, AppendError> {
        let log = inner.log;
        if append.events.is_empty() {
            return Ok(Receipt::empty(log));
        }
        append.check()?;
        for (stream, expected) in &append.expected {
            let actual = self.version(stream);
            if !expected.is_met_by(actual) {
                return Err(Conflict::version(stream.clone(), *expected, actual).into());
            }
        }
        if let Some(condition) = &append.condition {
            self.check_condition(condition)?;
        }
        self.take_ids(&append.events).map_err(AppendError::DuplicateEvent)?;

        let recorded_at = inner.clock.now();
        let first = self.events.len();
        let inlines = inner.inlines.about(&append.events);
        let applied = self.apply_inline(log, &append.events, recorded_at, &inlines).inspect_err(|_| {
            append.events.iter().rev().for_each(|event| self.ids.give_back(event.id));
        })?;
        append.events.into_iter().for_each(|event| self.push(event, recorded_at));
        self.write_inline(applied);
        let written = self.events.from(first).map(|event| (&event.stream, event.version, event.position));
        Ok(Receipt::new(log, recorded_at, written))
    }

    fn check_condition(&self, condition: &AppendCondition) -> Result<(), Conflict> {
        let mut unseen = self.events.from(condition.after.get() as usize);
        match unseen.find(|event| condition.fail_if_events_match.matches_event(event)) {
            Some(event) => Err(Conflict::condition(condition.after, event.position)),
            None => Ok(()),
        }
    }
}
