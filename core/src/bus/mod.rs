//! The command bus and the query bus: how commands reach the domain, and questions the read side.
//!
//! A command travels as an [`Envelope`] through a stack of [tower](https://docs.rs/tower) services, each of which can
//! also be used alone:
//!
//! | from the outside in | what it does |
//! |---|---|
//! | the application's own layers | [`AppBuilder::layer`](crate::app::AppBuilder::layer): rate limit, load shed, authorisation |
//! | [`Trace`] | a `tracing` span for each command, with its outcome |
//! | [`Validate`] | asks [`Command::validate`] before anything is read |
//! | [`Timeout`] | an answer within the time that the sender has |
//! | [`Sequence`] | commands of one process on one aggregate queue, rather than conflict |
//! | [`Once`] | an idempotency key gives the first outcome again, also after a restart |
//! | [`ConflictRetry`] | decides again when another writer was faster; with jitter, and within a budget |
//! | [`Decide`] | loads, decides, appends |
//!
//! [`CommandBus`] is that stack, and [`App::send`](crate::App::send) the short way to it. Questions go over a
//! [`QueryBus`], which has no store and so cannot write.
//!
//! ```
//! # extern crate factum_core as factum;
//! use factum_core::{App, Command, bus::Envelope, decider::Handle};
//! use tower::{Service, ServiceBuilder, ServiceExt};
//!
//! /// One route of a web server: at most 64 of these at a time, whatever else is sent.
//! async fn route<C: Command>(app: &App, command: C) -> Result<(), Box<dyn std::error::Error + Send + Sync>>
//! where
//!     <C::Decider as Handle<C>>::Rejection: std::error::Error + Sync,
//! {
//!     let route = ServiceBuilder::new().concurrency_limit(64).service(app.commands().clone());
//!     route.oneshot(Envelope::new(command)?).await?;
//!     Ok(())
//! }
//! ```

mod again;
mod asking;
mod commands;
mod committed;
mod context;
mod decide;
mod envelope;
mod error;
mod gate;
mod once;
mod queries;
mod retry;
mod sequence;
mod timeout;
mod trace;
mod validate;

pub use self::{
    again::DecideAgain,
    asking::Asking,
    commands::{CommandBus, Sending},
    committed::Committed,
    context::Context,
    decide::{Current, Decide, LoadError},
    envelope::Envelope,
    error::{AskError, KeyReused, SendError},
    gate::{AnyCommand, Gate},
    once::{Once, OnceLayer},
    queries::QueryBus,
    retry::{Backoff, ConflictRetry},
    sequence::{Sequence, SequenceLayer},
    timeout::{Timeout, TimeoutLayer},
    trace::{Trace, TraceLayer},
    validate::{Validate, ValidateLayer},
};

pub(crate) use self::{commands::Options, decide::Snapshots};

use crate::{Command, decider::Handle};

/// Why `C` can be refused, in the words of its domain.
pub type Rejection<C> = <<C as Command>::Decider as Handle<C>>::Rejection;
/// What `C` comes to.
pub type Outcome<C> = Result<Committed<<C as Command>::Decider>, SendError<Rejection<C>>>;
