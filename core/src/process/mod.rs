//! Process managers: from one event to the next command, with state and deadlines of their own.
//!
//! A process reacts to events of any aggregates, remembers where it is, sends commands, and sets itself deadlines. What it is, a
//! [`ProcessManager`] says; what it does about an event, [`React`]; what it asks for, [`Next`].
//!
//! ```
//! use factum::{prelude::*, process::{Next, React}};
//! use std::time::Duration;
//! # #[derive(Event, Serialize, Deserialize)] struct Lent { reader: String }
//! # #[derive(Event, Serialize, Deserialize)] struct Returned { reader: String }
//! # #[derive(Id, Clone, Serialize, Deserialize)] struct BookId(String);
//! # #[derive(Aggregate, Clone, Default)] #[aggregate(id = BookId, events(Lent, Returned, Reminded))] struct Book;
//! # impl Apply<Lent> for Book { fn apply(&mut self, _: &Lent) {} }
//! # impl Apply<Returned> for Book { fn apply(&mut self, _: &Returned) {} }
//! # impl Apply<Reminded> for Book { fn apply(&mut self, _: &Reminded) {} }
//! # #[derive(Event, Serialize, Deserialize)] struct Reminded { reader: String }
//! # impl Handle<Remind> for Book {
//! #     type Rejection = Never;
//! #     fn handle(&self, c: &Remind) -> Result<Events<Self>, Never> { Ok(Reminded { reader: c.reader.clone() }.into()) }
//! # }
//!
//! /// Time is up, and the book is not back.
//! #[derive(Event, Serialize, Deserialize)]
//! struct Overdue { reader: String }
//!
//! #[derive(Command, Serialize, Deserialize)]
//! struct Remind { book: BookId, reader: String }
//!
//! #[derive(ProcessManager, Default, Serialize, Deserialize)]
//! #[process(key = BookId, events(Lent, Returned, Overdue), starts(Lent), commands(Remind))]
//! struct Loan;
//!
//! impl React<Lent> for Loan {
//!     fn react(&mut self, lent: &Lent, next: &mut Next<'_, Self>) {
//!         next.schedule("return", Duration::from_secs(14 * 86_400), Overdue { reader: lent.reader.clone() });
//!     }
//! }
//!
//! impl React<Overdue> for Loan {
//!     fn react(&mut self, overdue: &Overdue, next: &mut Next<'_, Self>) {
//!         next.send(Remind { book: next.key().clone(), reader: overdue.reader.clone() });
//!     }
//! }
//!
//! impl React<Returned> for Loan {
//!     fn react(&mut self, _: &Returned, next: &mut Next<'_, Self>) { next.end() }
//! }
//! # fn main() {}
//! ```
//!
//! # Guarantees
//! - **State, commands and deadlines are one.** What a process remembers of an event, the commands that it sends for it and the
//!   deadlines that it sets are kept in one transaction, with its place in the log. After a crash at any moment, either all of it
//!   is there or the event comes again.
//! - **A command takes effect once.** It is sent until there is an answer, each time with the same idempotency key, which names
//!   the process, the instance and the event. Those of one instance are sent in order, each when the one before is answered.
//! - **A deadline is never early,** by the clock of the store, and never lost: if nobody ran when it was due, it fires later, and
//!   that it was late can be seen, since its event [happened](crate::RecordedEvent::time) when it was due and was
//!   [recorded](crate::RecordedEvent::recorded_at) when it fired. One that was cancelled before its event is reacted to has no
//!   effect, whatever the moment.
//! - **Nothing is lost in silence.** An event that a process cannot take, and a command that is rejected and about which it did
//!   not ask to hear, wait in quarantine with all that follows in the same instance, until somebody decides. Others go on.

pub mod compensation;
mod delivery;
mod fold;
mod instance;
mod manager;
mod names;
mod next;
mod processes;
mod project;
mod rejected;
mod running;
mod sendable;
mod stored;

pub use self::{
    delivery::{Answer, Undelivered},
    instance::{Instance, Instances, PendingDeadline, Stuck, What},
    manager::{EventOf, ProcessManager, React},
    names::KEY_BYTES,
    next::{Next, Sent, Wish},
    processes::Processes,
    project::Processing,
    rejected::Rejected,
    running::{Reacted, Running},
    sendable::{ProcessCommand, Sendable, SentBy},
    stored::{Cause, Deadline, Place},
};
