//! The shop as two programs: the payment service leaves, and all that changes is how events get from one to the other.
//!
//! In one program, both follow one log. In two, each has a log of its own, publishes what concerns the other one by a relay, and takes
//! what comes in into its log, where its reactors and processes find it as before.
//!
//! ```text
//! the shop                                              the payment service
//!   PaymentRequested, RefundRequested, … ─ ShopOut ──► PaymentsIn ─ Charging, Refunding
//!   Answers, Fulfilment ─ ShopIn ◄── PaymentsOut ─ Charged, ChargeRefused, Returned, …
//! ```
//!
//! | part | what it is |
//! |---|---|
//! | [`Asked`], [`Answered`] | what the two say to each other, and nothing else |
//! | [`ShopOut`], [`PaymentsOut`] | what is published |
//! | [`ShopIn`], [`PaymentsIn`] | what is taken, each event once |
//! | [`Part`] | one of the two, as an application |
//! | [`connect`] | the broker in between |

mod messages;
mod part;

pub use self::{
    messages::{Answered, Asked, PaymentsIn, PaymentsOut, ShopIn, ShopOut},
    part::{Part, connect},
};
