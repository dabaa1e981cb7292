//! The store contract: an append-only log of events, grouped in streams.
//!
//! A store implements [`EventReader`] and [`EventAppender`]; both are object safe, and together they are an
//! [`EventStore`]. [`EventReaderExt`] reads pages as a `Stream` of events.
//!
//! # Guarantees that every store gives
//! 1. **Atomic.** All events of one [`Append`] become visible together, or none does.
//! 2. **Durable.** An append that returned `Ok` survives a crash of the process, and for stores that declare
//!    [`Capabilities::durable`], of the machine.
//! 3. **Ordered.** Positions grow with visibility: once a reader has seen position *p*, no event at or below *p* appears that it has
//!    not been shown. In a stream, position order is version order.
//! 4. **Faithful.** Payload, tags, metadata and ids come back as they were written.
//! 5. **Conflicts are outcomes.** A conflict changes nothing, and disturbs neither other appends nor readers.

pub use crate::time::now;

mod append;
mod capabilities;
pub(crate) mod clock;
mod error;
mod moment;
mod outcome;
mod page;
mod period;
mod read;
mod request;
mod watch;

pub use self::{
    append::{Append, EventAppender},
    capabilities::Capabilities,
    clock::{Clock, SystemClock},
    error::StoreError,
    outcome::{AppendError, Conflict, OutcomeUnknown},
    page::{Page, StreamSummary},
    period::Period,
    read::{EventReader, EventReaderExt},
    request::{Direction, ListStreams, ReadLog, ReadStream},
    watch::{Watch, WatchSender},
};

/// A log that can be read and appended to. Implemented for everything that is an [`EventReader`] and an
/// [`EventAppender`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event store",
    label = "this should be a store",
    note = "use `MemoryStore` or `SqliteStore`, or write `#[async_trait] impl EventReader for {Self}` and `impl EventAppender for {Self}`"
)]
pub trait EventStore: EventReader + EventAppender {}

impl<S: EventReader + EventAppender + ?Sized> EventStore for S {}
