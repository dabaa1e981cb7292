//! The loan applications of a Dutch bank, as an application on Factum.
//!
//! | module | what it is |
//! |---|---|
//! | [`domain`] | the write side: an application, its commands, and the rules that they obey |
//! | [`read`] | the read side: the models that questions are answered from |
//! | [`log`] | where the commands come from: the bank's event log, or a generated one |
//! | [`report`] | what the read side knows, for people and for programs |
//! | [`store`] | where the events are kept |
//!
//! The domain knows none of the other modules, and nothing but [`log`] sends commands.

pub mod domain;
pub mod log;
pub mod read;
pub mod report;
pub mod store;
