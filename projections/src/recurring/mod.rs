//! Commands that are sent again and again: at the times that a cron expression says.
//!
//! Of all nodes that run a schedule, one sends its command when it is due. Each time has one effect, whatever dies when: the
//! command's idempotency key is made of the schedule's name and the time, so that the log takes it once.
//!
//! ```
//! # extern crate factum_core as factum;
//! use factum_core::{App, Apply, Events, Handle, Never, Position, store::EventReaderExt as _};
//! use factum_macros::{Aggregate, Command, Event, Id};
//! use factum_projections::{AppBuilderExt as _, recurring::Due};
//! use factum_store_memory::MemoryStore;
//! use factum_testkit::VirtualClock;
//! use std::time::Duration;
//! # #[derive(Id, Clone)] struct Day(String);
//! # #[derive(Event, serde::Serialize, serde::Deserialize)] struct Closed;
//! # #[derive(Aggregate, Clone, Default)]
//! # #[aggregate(category = "books", id = Day, events(Closed))]
//! # struct Books;
//! # impl Apply<Closed> for Books { fn apply(&mut self, _: &Closed) {} }
//! # #[derive(Command)] struct CloseBooks { day: Day }
//! # impl Handle<CloseBooks> for Books {
//! #     type Rejection = Never;
//! #     fn handle(&self, _: &CloseBooks) -> Result<Events<Self>, Never> { Ok(Closed.into()) }
//! # }
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The clock is for the example, which has no time to wait.
//! let clock = VirtualClock::new();
//! let close = |due: &Due| CloseBooks { day: due.time.date_naive().to_string().into() };
//! let app = App::builder(MemoryStore::with_clock(clock.clone()))
//!     .recurring("close-books", "0 3 * * *".parse()?, close)
//!     .build()
//!     .await?;
//!
//! let mut watch = app.store().watch();
//! clock.advance(Duration::from_secs(3 * 3_600));
//! while app.store().head().await? == Position::START {
//!     watch.changed().await;
//! }
//! assert_eq!(app.store().stream_version("books-2000-01-01".parse()?).await?.get(), 1);
//! app.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! # When it is due
//! By the store's clock ([`LeaseStore::now`](factum_core::LeaseStore::now)): the database's, which all nodes share. Never
//! early; later than the moment by as long as it takes to send, or to come back after a downtime.
//!
//! Times that have passed while nobody ran the schedule are made up for by one command, that of the last of them, unless
//! [`Recurring::catch_up`] says otherwise. A schedule that is new begins with the first time after it has run for the first time.
//!
//! # What becomes of it
//! A rejection is an answer: it is remembered like any outcome of a key, told in the log of the program, and not tried again.
//! Whatever else is in the way is tried again after a pause, until the command is accepted or due the next time; then that one
//! is sent, in its place.
//!
//! # Where its place is kept
//! In the collection `recurring_v1` of the store: up to which time each schedule is done. The lease of each is that of the
//! consumer `recurring.NAME`.

mod component;
mod cron;
mod options;
mod owner;

pub(crate) use self::component::Schedule;
pub use self::{
    cron::{Cron, CronError},
    options::{Due, Recurring},
};
