//! Deciders: state folded from events, and the commands that it decides. Pure and synchronous.
//!
//! ```
//! # extern crate factum_core as factum;
//! use factum_core::{Aggregate, Apply, Decider, Handle, Events};
//! # use factum_core::event::{Encoded, CodecError, DecodeError, EventDescriptor, Json};
//! # use factum_core::{Event, EventEnum, RecordedEvent};
//! # #[derive(Debug, serde::Serialize, serde::Deserialize)] struct Opened;
//! # impl Event for Opened { const TYPE: &'static str = "Opened"; type Codec = Json; }
//! # #[derive(Debug)] enum DoorEvent { Opened(Opened) }
//! # impl EventEnum for DoorEvent {
//! #     const TYPES: &'static [EventDescriptor] = &[EventDescriptor::of::<Opened>()];
//! #     fn encode(&self) -> Result<Encoded, CodecError> { let Self::Opened(e) = self; Encoded::of(e) }
//! #     fn decode(e: &RecordedEvent) -> Result<Self, DecodeError> { Err(DecodeError::unknown_type(e)) }
//! # }
//! # impl From<Opened> for DoorEvent { fn from(e: Opened) -> Self { Self::Opened(e) } }
//! #[derive(Clone, Default)]
//! struct Door { open: bool }
//! # impl Decider for Door {
//! #     type Event = DoorEvent;
//! #     fn fold(&mut self, event: &DoorEvent) { match event { DoorEvent::Opened(e) => Apply::apply(self, e) } }
//! # }
//!
//! impl Apply<Opened> for Door {
//!     fn apply(&mut self, _: &Opened) { self.open = true }
//! }
//!
//! struct Open;
//! impl Handle<Open> for Door {
//!     type Rejection = &'static str;
//!     fn handle(&self, _: &Open) -> Result<Events<Self>, &'static str> {
//!         if self.open { Err("is open already") } else { Ok(Opened.into()) }
//!     }
//! }
//!
//! let mut door = Door::default();
//! let events = door.handle(&Open)?;
//! for event in &events { door.fold(event) }
//! assert_eq!(door.handle(&Open).unwrap_err(), "is open already");
//! # Ok::<(), &str>(())
//! ```

mod aggregate;
mod command;
mod events;
mod never;
mod on_conflict;
mod violations;

pub use self::{
    aggregate::{Aggregate, AggregateId},
    command::{Command, Scope},
    events::Events,
    never::Never,
    on_conflict::OnConflict,
    violations::{Violation, Violations},
};

use crate::event::EventEnum;

/// State that is folded from events, and decides commands ([`Handle`]).
///
/// The name is that of Jérémie Chassaing's [functional event sourcing decider](https://thinkbeforecoding.com/post/2021/12/17/functional-event-sourcing-decider):
/// `Default` is its initial state, `fold` its *evolve*, `handle` its *decide*. An [`Aggregate`] is a decider over the
/// events of one stream. One that is not an aggregate decides over the events that carry a tag, or over any
/// [`Query`](crate::Query): `#[derive(Decider, Clone, Default)]` with `#[decider(events(CourseDefined, Subscribed))]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot fold events and decide commands",
    label = "this should be a decider",
    note = "write `#[derive(Aggregate, Clone, Default)]` and `#[aggregate(id = AccountId, events(…))]` on it",
    note = "or, if it decides over tags, `#[derive(Decider, Clone, Default)]` and `#[decider(events(…))]`"
)]
pub trait Decider: Clone + Default + Send + Sync + 'static {
    /// The events that it knows.
    type Event: EventEnum;

    /// Takes an event into the state. It must not fail: what happened has happened.
    fn fold(&mut self, event: &Self::Event);
}

/// How an event changes the state.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what the event `{E}` changes",
    label = "`{E}` is one of its events",
    note = "write `impl Apply<{E}> for {Self} {{ fn apply(&mut self, event: &{E}) {{ … }} }}`; the body may be empty"
)]
pub trait Apply<E> {
    /// Takes `event` into the state. It must not fail: what happened has happened.
    fn apply(&mut self, event: &E);
}

/// How a command is decided.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not handle the command `{C}`",
    label = "`{C}` is decided by `{Self}`",
    note = "write `impl Handle<{C}> for {Self} {{ type Rejection = …; fn handle(&self, command: &{C}) -> Result<Events<Self>, Self::Rejection> {{ … }} }}`"
)]
pub trait Handle<C>: Decider {
    /// Why the command can be refused, in the words of the domain. Make it an `Error`, or at least `Display` and
    /// `Debug`, so that `app.send(…).await?` works.
    type Rejection: Send + 'static;

    /// Decides `command`: the events that happen, or why not. No events means that there is nothing to do.
    ///
    /// It may be called several times for one command, when another writer was faster; so the command is borrowed, and
    /// the decision has no effects of its own.
    ///
    /// # Errors
    /// The rejection.
    fn handle(&self, command: &C) -> Result<Events<Self>, Self::Rejection>;
}
