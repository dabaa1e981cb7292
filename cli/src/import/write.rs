use super::{
    batch::{BadLine, Batch, Entry},
    decide::Decision,
    versions::Versions,
};
use crate::{
    failure::Failure,
    store::{AppendError, EventAppender, EventId, Store, StoreError},
};

/// How often a batch is tried again because somebody else writes to its streams, or because its outcome was unknown.
const ATTEMPTS: usize = 10;

/// Writes batches.
pub(super) struct Writer {
    store: Store,
    versions: Versions,
    /// Streams that begin in the file are taken to be new, until one was not.
    assumes: bool,
}

/// What became of a batch.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) imported: u64,
    /// Lines that were in the log already.
    pub(super) skipped: u64,
    pub(super) bad: Vec<BadLine>,
}

impl Writer {
    pub(super) fn new(store: Store) -> Self {
        Self { versions: Versions::new(store.clone()), store, assumes: true }
    }

    /// Appends what of the batch is not in the log. With a bad line it writes nothing, unless it `skips` those.
    pub(super) async fn write(&mut self, batch: Batch, skips: bool) -> Result<Written, Failure> {
        let Batch { mut entries, mut bad, failed, .. } = batch;
        // A batch that was cut short by a failure is left for the run that gets further.
        if failed.is_some() || !skips && !bad.is_empty() {
            return Ok(Written { bad, ..Written::default() });
        }
        let mut attempts = 0;
        loop {
            let decision = Decision::of(&entries, &mut self.versions, &self.store, self.assumes).await?;
            if decision.assumes && !decision.bad.is_empty() {
                self.assumes = false;
                continue;
            }
            if !skips && !decision.bad.is_empty() {
                return Ok(Written { bad: decision.bad, ..Written::default() });
            }
            let error = match self.append(&decision).await? {
                Ok(()) => {
                    bad.extend(decision.bad);
                    bad.sort_by_key(|bad| bad.line);
                    return Ok(Written {
                        imported: decision.append.len() as u64,
                        skipped: decision.skipped,
                        bad,
                    });
                }
                Err(AppendError::DuplicateEvent(id)) => {
                    let refused = duplicate(&entries, &decision, id)?;
                    bad.push(refused.bad(format!("the log has an event {id} already, at another place")));
                    if !skips {
                        return Ok(Written { bad, ..Written::default() });
                    }
                    let line = refused.line;
                    entries.retain(|entry| entry.line != line);
                    continue;
                }
                Err(error @ (AppendError::Conflict(_) | AppendError::OutcomeUnknown(_))) => error,
                Err(error) => return Err(Failure::because(place(&entries), &error)),
            };
            self.assumes = false;
            attempts += 1;
            if attempts == ATTEMPTS {
                let doing = format!("{}, tried {attempts} times", place(&entries));
                return Err(Failure::because(doing, &error));
            }
            for entry in &entries {
                self.versions.forget(&entry.event.stream);
            }
        }
    }

    /// An append whose outcome was unknown, and which turns out to be in the log, has succeeded.
    async fn append(&mut self, decision: &Decision<'_>) -> Result<Result<(), AppendError>, StoreError> {
        if decision.append.is_empty() {
            return Ok(Ok(()));
        }
        match self.store.append_one(decision.to_append()).await {
            Ok(_) => {}
            Err(AppendError::OutcomeUnknown(unknown)) if self.is_there(unknown.events()).await? => {}
            Err(error) => return Ok(Err(error)),
        }
        for (stream, span) in &decision.streams {
            self.versions.set((*stream).clone(), span.after);
        }
        Ok(Ok(()))
    }

    async fn is_there(&self, events: &[EventId]) -> Result<bool, StoreError> {
        Ok(self.store.find(events).await?.iter().all(Option::is_some))
    }
}

/// The entry that an id was refused for: the last one that has it, should the batch itself have it twice.
fn duplicate<'a>(entries: &'a [Entry], decision: &Decision<'_>, id: EventId) -> Result<&'a Entry, Failure> {
    let line = decision.append.iter().rev().find(|entry| entry.event.id == id).map(|entry| entry.line);
    entries.iter().find(|entry| Some(entry.line) == line).ok_or_else(|| {
        Failure::new(format!("{}: the store refused event {id}, which is not among them", place(entries)))
    })
}

fn place(entries: &[Entry]) -> String {
    match entries {
        [first, .., last] => format!("appending lines {} to {}", first.line, last.line),
        [one] => format!("appending line {}", one.line),
        [] => "appending nothing".to_owned(),
    }
}
