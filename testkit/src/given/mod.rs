//! Given, when, then: tests of a domain in its own words, without a store.
//!
//! # Deciders
//! [`given()`] takes what has happened, [`when`](Given::when) sends a command, and `then…` says what must come of it:
//! the same [`events!`](factum_core::events!) that a handler returns.
//!
//! ```
//! use factum::prelude::*;
//! use factum_testkit::given;
//! # #[derive(Id, Clone, Debug)] struct AccountId(String);
//! # #[derive(Event, Serialize, Deserialize)] struct Deposited { amount: u64 }
//! # #[derive(Event, Serialize, Deserialize)] struct Withdrawn { amount: u64 }
//! # #[derive(Aggregate, Clone, Default)]
//! # #[aggregate(id = AccountId, events(Deposited, Withdrawn))]
//! # struct Account { balance: u64 }
//! # impl Apply<Deposited> for Account { fn apply(&mut self, e: &Deposited) { self.balance += e.amount } }
//! # impl Apply<Withdrawn> for Account { fn apply(&mut self, e: &Withdrawn) { self.balance -= e.amount } }
//! # #[derive(Command)] struct Withdraw { account: AccountId, amount: u64 }
//! # #[derive(Debug, PartialEq)] struct NotEnough { available: u64 }
//! # impl Handle<Withdraw> for Account {
//! #     type Rejection = NotEnough;
//! #     fn handle(&self, c: &Withdraw) -> Result<Events<Self>, NotEnough> {
//! #         if c.amount > self.balance { return Err(NotEnough { available: self.balance }) }
//! #         Ok(Withdrawn { amount: c.amount }.into())
//! #     }
//! # }
//! # fn withdraw(amount: u64) -> Withdraw { Withdraw { account: "ada".into(), amount } }
//!
//! given::<Account>(events![Deposited { amount: 100 }])
//!     .when(withdraw(30))
//!     .then(events![Withdrawn { amount: 30 }])
//!     .then_state(|account| assert_eq!(account.balance, 70))
//!     .when(withdraw(71))
//!     .then_rejected(NotEnough { available: 70 });
//! ```
//!
//! A decider over a query across streams is tested alike. Of what is given it sees only what its command's query
//! matches, as it would in a store, so that a tag that the query or the event forgets is noticed.
//!
//! # Views
//! [`project`] folds events into a view's documents, as its runner does.
//!
//! ```
//! use factum::prelude::*;
//! use factum_testkit::given::project;
//! # #[derive(Event, Serialize, Deserialize)] struct Deposited { amount: u64 }
//! # #[derive(Projection, Default, Serialize, Deserialize)]
//! # #[projection(key = String, events(Deposited))]
//! # struct Balance { amount: u64 }
//! # impl Apply<Deposited> for Balance { fn apply(&mut self, e: &Deposited) { self.amount += e.amount } }
//!
//! project(Balance::default())
//!     .given("account-ada", Deposited { amount: 60 })
//!     .given("account-ada", Deposited { amount: 40 })
//!     .then_document("ada", Balance { amount: 100 })
//!     .then_no_document("bob");
//! ```
//!
//! # Processes
//! [`process`] hands events to a process, lets time pass, and says what it must ask for: the commands that it sends, and its
//! deadlines.
//!
//! ```
//! use factum::prelude::*;
//! use factum_testkit::given::{process, wishes};
//! use std::time::Duration;
//! # #[derive(Event, Serialize, Deserialize)] struct Placed;
//! # #[derive(Event, Serialize, Deserialize)] struct Overdue;
//! # #[derive(Event, Serialize, Deserialize)] struct Cancelled;
//! # #[derive(Id, Clone, Serialize, Deserialize)] struct OrderId(String);
//! # #[derive(Aggregate, Clone, Default)] #[aggregate(id = OrderId, events(Placed, Cancelled))] struct Order;
//! # impl Apply<Placed> for Order { fn apply(&mut self, _: &Placed) {} }
//! # impl Apply<Cancelled> for Order { fn apply(&mut self, _: &Cancelled) {} }
//! # #[derive(Command, Serialize, Deserialize)] struct Cancel { order: OrderId }
//! # impl Handle<Cancel> for Order {
//! #     type Rejection = Never;
//! #     fn handle(&self, _: &Cancel) -> Result<Events<Self>, Never> { Ok(Cancelled.into()) }
//! # }
//! # #[derive(ProcessManager, Default, Serialize, Deserialize)]
//! # #[process(key = OrderId, events(Placed, Overdue), starts(Placed), commands(Cancel))] struct Payment;
//! # impl React<Placed> for Payment {
//! #     fn react(&mut self, _: &Placed, next: &mut Next<'_, Self>) { next.schedule("payment", DAY, Overdue) }
//! # }
//! # impl React<Overdue> for Payment {
//! #     fn react(&mut self, _: &Overdue, next: &mut Next<'_, Self>) {
//! #         next.send(Cancel { order: next.key().clone() });
//! #         next.end();
//! #     }
//! # }
//! const DAY: Duration = Duration::from_secs(86_400);
//!
//! process::<Payment>()
//!     .when("order-7", Placed)
//!     .then(wishes().schedules("payment", DAY, Overdue))
//!     .after(DAY - Duration::from_secs(1))
//!     .then_nothing()
//!     .after(Duration::from_secs(1))
//!     .then(wishes().sends(Cancel { order: "7".into() }).ends())
//!     .then_no_instance(&"7".into());
//! ```
//!
//! # What is checked on the way
//! - Every event, given or decided, is encoded, read back and encoded again, and must come out the same. What is folded
//!   is what was read back.
//! - Events are compared as they are stored: by type, version, tags and payload. So they need neither `Debug` nor
//!   `PartialEq`; a field that serde skips is no part of an event.
//! - What a store would refuse, such as a payload that is too large, is refused here.
//! - The state of a process is written, read back and written again after each event, and must come out the same.
//! - A view folds its events in one batch, one by one, and in twos; the documents must be the same. Whether they are under
//!   its runner too, whatever happens to that, [`deterministic`](mod@crate::deterministic) checks.
//!
//! # Panics
//! All methods of this module panic, at the line of the test, where something is not as it says.

// A test writes values where they stand, `.when(Withdraw { .. })`, and has no use for them afterwards.
#![allow(clippy::needless_pass_by_value)]

mod bodies;
mod decided;
mod decider;
mod log;
mod print;
mod process;
mod round_trip;
mod stream;
mod view;
mod wishes;

pub use self::{
    decided::Decided,
    decider::{Given, given},
    process::{Process, process},
    stream::IntoStream,
    view::{Projected, project},
    wishes::{Wishes, wishes},
};

pub(crate) use self::{
    bodies::Bodies,
    decider::encoded,
    log::Log,
    print::{causes, difference, short_name, storable},
    round_trip::round_trip_event,
};
