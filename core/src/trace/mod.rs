//! What has set off what: from a request to the last effect of it.
//!
//! Every event can say to which request from outside it belongs ([`Metadata::correlation_id`]) and what directly caused it
//! ([`Metadata::causation_id`]). Whoever sends a command in answer to an event says so with
//! [`caused_by`](crate::app::Dispatch::caused_by), and both flow on. [`Trace`] puts together what belongs to one request,
//! as a tree.
//!
//! # What is in it
//! Every event whose correlation id is that of the trace; and, without one, the event whose own id it is, for that is the
//! correlation that its effects are given. Commands that were rejected are there if they were sent with an idempotency
//! key, since that leaves an event; so are events that are appended when something is due.
//!
//! # What it costs
//! There is no index by correlation id: to keep one would cost every append for what is asked now and then. The log is read
//! from the event whose id is the correlation id, if there is one, otherwise from where the request says, and up to its
//! head as it is at the beginning; a page is held in memory, and of the events those that belong to the trace, up to a
//! limit.
//!
//! [`Metadata::correlation_id`]: crate::metadata::Known::correlation_id
//! [`Metadata::causation_id`]: crate::metadata::Known::causation_id

mod anchor;
mod read;
mod tree;

pub use self::{
    anchor::{Anchor, ReadTrace},
    tree::{Cause, Step},
};

use crate::{CorrelationId, RecordedEvent, StoreError, Timestamp, store::EventReader};

/// What one request from outside has set off.
///
/// ```
/// # use factum::prelude::*;
/// # #[derive(Id, Clone)] struct UserId(String);
/// # #[derive(Event, Serialize, Deserialize)] struct Registered;
/// # #[derive(Event, Serialize, Deserialize)] struct Welcomed;
/// # #[derive(Aggregate, Clone, Default)]
/// # #[aggregate(category = "user", id = UserId, events(Registered, Welcomed))]
/// # struct User;
/// # impl Apply<Registered> for User { fn apply(&mut self, _: &Registered) {} }
/// # impl Apply<Welcomed> for User { fn apply(&mut self, _: &Welcomed) {} }
/// # #[derive(Command)] struct Register { user: UserId }
/// # impl Handle<Register> for User {
/// #     type Rejection = Never;
/// #     fn handle(&self, _: &Register) -> Result<Events<Self>, Never> { Ok(Registered.into()) }
/// # }
/// # #[derive(Command)] struct Welcome { user: UserId }
/// # impl Handle<Welcome> for User {
/// #     type Rejection = Never;
/// #     fn handle(&self, _: &Welcome) -> Result<Events<Self>, Never> { Ok(Welcomed.into()) }
/// # }
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use factum::{CorrelationId, store::{EventReaderExt, ReadStream}};
/// # use futures_util::{TryStreamExt, pin_mut};
///
/// let app = App::builder(MemoryStore::new()).build().await?;
/// let request = CorrelationId::random();
/// let done = app.send(Register { user: "ada".into() }).correlation(request).await?;
///
/// // What a reactor does with an event:
/// # let events = app.store().stream_events(ReadStream::new("user-ada".parse()?));
/// # pin_mut!(events);
/// # let registered = events.try_next().await?.expect("an event");
/// app.send(Welcome { user: "ada".into() }).caused_by(&registered).await?;
///
/// let trace = app.trace(request).await?.expect("a trace");
/// let lines: Vec<_> =
///     trace.steps.iter().map(|step| format!("{}{}", "  ".repeat(step.depth), step.event.event_type)).collect();
/// assert_eq!(lines, ["Registered", "  Welcomed"]);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Trace {
    /// What they have in common.
    pub correlation: CorrelationId,
    /// The events, each behind its cause: first one that the request set off itself, then all that it has caused, and so
    /// on. Of what has the same cause, the one that is first in the log comes first.
    pub steps: Vec<Step>,
    /// Whether the log was read to its end. If not, there were more events than the limit, and later ones are missing.
    pub is_whole: bool,
}

impl Trace {
    /// Reads the trace that `request` is about; `None` if the log has no event of it.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn read(
        store: &(impl EventReader + ?Sized),
        request: impl Into<ReadTrace> + Send,
    ) -> Result<Option<Self>, StoreError> {
        read::read(store, request.into()).await
    }

    /// When the first of them happened.
    #[must_use]
    pub fn start(&self) -> Timestamp {
        self.steps.iter().map(|step| step.event.time).min().unwrap_or_default()
    }

    /// When the last of them happened.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.steps.iter().map(|step| step.event.time).max().unwrap_or_default()
    }
}

/// The correlation of an event, and of what it causes.
fn correlation(event: &RecordedEvent) -> CorrelationId {
    event.metadata.correlation_id.unwrap_or(CorrelationId(event.id.0))
}
