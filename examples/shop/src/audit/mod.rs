//! Whether everything adds up: the books of all modules, and of the payment service, compared with each other.
//!
//! It reads the log alone, or where the payment service is a program of its own both logs, with plain loops, and believes no module and no read model: what these say is compared with it.

mod book;
mod exchange;
mod fact;
mod ledger;
mod report;

pub use self::{
    ledger::{Counts, Ledger, ReadError},
    report::Report,
};
