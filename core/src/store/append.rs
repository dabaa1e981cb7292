use super::{AppendError, StoreError};
use crate::{
    AppendCondition, ExpectedVersion, Invalid, NewEvent, Position, Receipt, RecordedEvent, StreamId,
    StreamVersion,
    invalid::{Field, Reason, check_length},
    limits,
};
use async_trait::async_trait;
use std::collections::{HashMap, HashSet};

/// Events to be written together, and what they depend on.
///
/// The events may belong to several streams, in any order; they take their positions in the order of
/// [`Append::events`]. All of them are written, or none.
///
/// ```
/// use factum_core::{Append, EventType, ExpectedVersion, NewEvent, StreamId};
///
/// let account = StreamId::new("account", "7")?;
/// let opened = NewEvent::new(account.clone(), EventType::from_static("Opened"), r#"{"owner":"Ada"}"#);
/// let append = Append::new([opened]).expect(account, ExpectedVersion::NoStream);
/// # assert!(append.check().is_ok());
/// # Ok::<(), factum_core::Invalid>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Append {
    /// The events, in the order in which they take their positions.
    pub events: Vec<NewEvent>,
    /// What is expected of streams. A stream without events here is only checked; a stream without an expectation may
    /// have any version.
    pub expected: Vec<(StreamId, ExpectedVersion)>,
    /// What is expected of the log as a whole.
    pub condition: Option<AppendCondition>,
}

impl Append {
    /// Writes `events`, whatever the versions of their streams.
    #[must_use]
    pub fn new(events: impl IntoIterator<Item = NewEvent>) -> Self {
        Self { events: events.into_iter().collect(), ..Self::default() }
    }

    /// Fails with a conflict unless `stream` is as expected.
    #[must_use]
    pub fn expect(mut self, stream: StreamId, version: ExpectedVersion) -> Self {
        if self.expected.is_empty() {
            // Nearly every append expects something of one stream.
            self.expected = vec![(stream, version)];
        } else {
            self.expected.push((stream, version));
        }
        self
    }

    /// Fails with a conflict if an event matches `condition`.
    #[must_use]
    pub fn fail_if(mut self, condition: AppendCondition) -> Self {
        self.condition = Some(condition);
        self
    }

    /// Its events as they are read back, with the places that an append has given them: their `positions`, in the order of the
    /// events, and the versions of the `receipt`. For stores.
    #[must_use]
    pub fn recorded(
        &self,
        receipt: &Receipt,
        positions: impl IntoIterator<Item = Position, IntoIter: DoubleEndedIterator>,
    ) -> Vec<RecordedEvent> {
        let mut versions: HashMap<&StreamId, StreamVersion> = HashMap::new();
        let mut events = Vec::with_capacity(self.events.len());
        // A receipt has the last version of each stream.
        for (event, position) in self.events.iter().rev().zip(positions.into_iter().rev()) {
            let last = || receipt.version_of(&event.stream).unwrap_or_default();
            let next = versions.entry(&event.stream).or_insert_with(last);
            let version = std::mem::replace(next, StreamVersion::new(next.get().saturating_sub(1)));
            events.push(event.clone().recorded(position, version, receipt.recorded_at));
        }
        events.reverse();
        events
    }

    /// Checks the sizes against [`limits`]. Stores call it before they write.
    ///
    /// # Errors
    /// [`Invalid`] naming the part that is too large, or the stream whose version is given twice.
    pub fn check(&self) -> Result<(), Invalid> {
        check_length(Field::EventCount, self.events.len(), limits::EVENTS_PER_APPEND)?;
        // Nearly every append expects something of one stream at most, which cannot be named twice.
        if self.expected.len() > 1 {
            let mut seen = HashSet::with_capacity(self.expected.len());
            if let Some((stream, _)) = self.expected.iter().find(|(stream, _)| !seen.insert(stream)) {
                return Err(Invalid::new(Field::ExpectedVersion, Reason::Twice(stream.clone())));
            }
        }
        self.condition.iter().try_for_each(|condition| condition.fail_if_events_match.check())?;
        self.events.iter().try_for_each(NewEvent::check)
    }
}

/// The write side of a store. See the [module](super) for what every store guarantees.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store that can be written to",
    label = "events cannot be appended to this",
    note = "a store implements `EventReader` and `EventAppender`: write `#[async_trait] impl EventAppender for {Self}`"
)]
#[async_trait]
pub trait EventAppender: Send + Sync + 'static {
    /// Appends many at once, each with an outcome of its own, in the order given.
    ///
    /// # Guarantees
    /// - The result has one entry for each append, at the same index.
    /// - Each append is atomic; the call as a whole is not. A failing append does not affect the others.
    /// - The appends are applied in the order given: a later one sees the versions that an earlier one of the call left.
    /// - An append without events is a no-op: it succeeds with an empty [`Receipt`], and its expectations are not looked at.
    ///
    /// # Implementor's duties
    /// Call [`Append::check`] first. Check versions, then the condition, then assign positions; write nothing before
    /// all checks have passed. Return `Ok` only for what is durable. Wake the [watchers](super::EventReader::watch)
    /// afterwards.
    ///
    /// # Caller's duties
    /// Do not repeat an append after [`AppendError::OutcomeUnknown`] before its events have been looked up with
    /// [`EventReader::find`](super::EventReader::find).
    ///
    /// # Cancellation
    /// Dropping the future does not take an append back: it may still be written.
    ///
    /// # Errors
    /// Per append, [`AppendError`].
    async fn append(&self, appends: Vec<Append>) -> Vec<Result<Receipt, AppendError>>;

    /// Appends one: what [`append`](Self::append) does with a list of this one alone, with the same guarantees and
    /// duties.
    ///
    /// It is provided, by way of `append`. A store may override it where one append takes less work than a list of one;
    /// what comes of it must be the same.
    ///
    /// # Errors
    /// [`AppendError`]; its variants say what to do.
    async fn append_one(&self, append: Append) -> Result<Receipt, AppendError> {
        let outcome = self.append(vec![append]).await.pop();
        outcome.unwrap_or_else(|| Err(StoreError::new("appending", "the store gave no outcome").into()))
    }
}

#[async_trait]
impl<T: EventAppender + ?Sized> EventAppender for std::sync::Arc<T> {
    async fn append(&self, appends: Vec<Append>) -> Vec<Result<Receipt, AppendError>> {
        (**self).append(appends).await
    }

    async fn append_one(&self, append: Append) -> Result<Receipt, AppendError> {
        (**self).append_one(append).await
    }
}
