//! Every order in which commands that are sent at the same time can load and append.
//!
//! [`interleave!`](crate::interleave!) sends the commands once for every such order, each time to a new store, and
//! checks a rule at the end:
//!
//! ```
//! use factum::prelude::*;
//! use factum_testkit::interleave;
//! # #[derive(Id, Clone, Debug)] struct AccountId(String);
//! # #[derive(Event, Serialize, Deserialize)] struct Deposited { amount: u64 }
//! # #[derive(Event, Serialize, Deserialize)] struct Withdrawn { amount: u64 }
//! # #[derive(Aggregate, Clone, Default)]
//! # #[aggregate(id = AccountId, events(Deposited, Withdrawn))]
//! # struct Account { balance: i64 }
//! # impl Apply<Deposited> for Account { fn apply(&mut self, e: &Deposited) { self.balance += e.amount as i64 } }
//! # impl Apply<Withdrawn> for Account { fn apply(&mut self, e: &Withdrawn) { self.balance -= e.amount as i64 } }
//! # #[derive(Command)] struct Withdraw { account: AccountId, amount: u64 }
//! # #[derive(Debug, PartialEq)] struct NotEnough;
//! # impl Handle<Withdraw> for Account {
//! #     type Rejection = NotEnough;
//! #     fn handle(&self, c: &Withdraw) -> Result<Events<Self>, NotEnough> {
//! #         if c.amount as i64 > self.balance { return Err(NotEnough) }
//! #         Ok(Withdrawn { amount: c.amount }.into())
//! #     }
//! # }
//! # fn ada() -> AccountId { "ada".into() }
//! # fn withdraw(amount: u64) -> Withdraw { Withdraw { account: ada(), amount } }
//!
//! interleave! {
//!     given ["account-ada" => Deposited { amount: 100 }],
//!     when [withdraw(60), withdraw(60)],
//!     then |end| {
//!         assert_eq!(end.accepted(), 1);
//!         assert_eq!(end.state::<Account>(&ada()).balance, 40);
//!     },
//! }
//! ```
//!
//! If the rule does not hold, the test fails and names the order in which it did not:
//!
//! ```text
//! the rule does not hold in this order (the 2nd that was tried):
//!     1: load, 2: load, 1: append, 2: append
//! 1 (Withdraw) was accepted
//! 2 (Withdraw) was accepted
//! assertion `left == right` failed
//!   left: 2
//!  right: 1
//! ```
//!
//! # What is tried
//! Commands act on each other through the store alone, so a step is one call of the store: a page that is loaded, or an
//! append. Deciding touches nothing shared, and belongs to the step before it. All orders of the steps are tried, also of
//! those that come after a conflict. There are no threads and no sleeping: the commands are polled by hand, and time is
//! [paused](tokio::time::pause), so that a pause before a further attempt takes none.
//!
//! By default each command is sent by an [`App`](factum_core::App) of its own, as if in several processes: they share
//! nothing but the store. [`Interleaving::in_one_app`] sends them through one.
//!
//! # How many orders
//! Two commands that load one page and append have 6 orders. Three have 90 on aggregates of their own, and 498 on one,
//! where those that conflict load and append again. More than [`LIMIT`] fail the test, rather than being left out; two or
//! three commands find nearly everything.

mod commands;
mod end;
mod gate;
mod gated;
mod run;
mod search;
mod syntax;

pub use self::{
    commands::{Explored, Interleaving, LIMIT},
    end::{End, Outcome},
    gated::GatedStore,
};
