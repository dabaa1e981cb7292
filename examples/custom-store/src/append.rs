use crate::{
    FileStore, State,
    error::broken,
    index::Index,
    schema::{Entry, Record},
};
use async_trait::async_trait;
use factum_core::{
    Append, AppendCondition, AppendError, Conflict, EventAppender, EventId, LogId, Receipt, StoreError,
    store::{self, OutcomeUnknown},
};
use std::{collections::HashSet, sync::Arc};

#[async_trait]
impl EventAppender for FileStore {
    async fn append(&self, appends: Vec<Append>) -> Vec<Result<Receipt, AppendError>> {
        let outcomes = self.append_all(appends);
        // The lock was let go of, so whoever wakes finds the events.
        if outcomes.iter().flatten().any(|receipt| !receipt.is_empty()) {
            self.inner.watch.wake();
        }
        outcomes
    }
}

impl FileStore {
    /// Each append is checked against what those before it have left. All of them share one flush.
    fn append_all(&self, appends: Vec<Append>) -> Vec<Result<Receipt, AppendError>> {
        let Ok(mut state) = self.write() else {
            return appends.iter().map(|_| Err(broken().into())).collect();
        };
        let ids: Vec<_> = appends.iter().map(ids).collect();
        let outcomes: Vec<_> =
            appends.into_iter().map(|append| state.append(self.inner.log, append)).collect();
        match state.flush() {
            Ok(()) => outcomes,
            Err(error) => {
                let error = Arc::new(error);
                outcomes.into_iter().zip(ids).map(|(outcome, ids)| unknown(outcome, ids, &error)).collect()
            }
        }
    }
}

impl State {
    /// Checks everything, and only then changes anything.
    fn append(&mut self, log: LogId, append: Append) -> Result<Receipt, AppendError> {
        if append.events.is_empty() {
            return Ok(Receipt::empty(log));
        }
        append.check()?;
        self.index.check(&append)?;
        let first = self.index.events.len();
        let recorded_at = store::now();
        let events = append.events.into_iter().map(Entry::from).collect();
        self.change(Record::Append { recorded_at, events });
        let written = self.index.events[first..].iter();
        let written = written.map(|event| (&event.stream, event.version, event.position));
        Ok(Receipt::new(log, recorded_at, written))
    }
}

impl Index {
    /// Versions first, then the condition, then the ids: who gets several things wrong hears of a conflict.
    fn check(&self, append: &Append) -> Result<(), AppendError> {
        for (stream, expected) in &append.expected {
            let actual = self.version(stream);
            if !expected.is_met_by(actual) {
                return Err(Conflict::version(stream.clone(), *expected, actual).into());
            }
        }
        if let Some(AppendCondition { fail_if_events_match, after, .. }) = &append.condition {
            let unseen = self.events.iter().skip(after.get() as usize);
            if let Some(event) = unseen.into_iter().find(|event| fail_if_events_match.matches_event(event)) {
                return Err(Conflict::condition(*after, event.position).into());
            }
        }
        let mut seen = HashSet::with_capacity(append.events.len());
        match ids(append).into_iter().find(|id| self.ids.contains_key(id) || !seen.insert(*id)) {
            Some(twice) => Err(AppendError::DuplicateEvent(twice)),
            None => Ok(()),
        }
    }
}

fn ids(append: &Append) -> Vec<EventId> {
    append.events.iter().map(|event| event.id).collect()
}

/// What becomes of an outcome when the disk has failed. What was refused would have been refused anyway.
fn unknown(
    outcome: Result<Receipt, AppendError>,
    ids: Vec<EventId>,
    error: &Arc<StoreError>,
) -> Result<Receipt, AppendError> {
    match outcome {
        Ok(receipt) if !receipt.is_empty() => {
            Err(OutcomeUnknown::new(ids, StoreError::new("appending", Arc::clone(error))).into())
        }
        other => other,
    }
}
