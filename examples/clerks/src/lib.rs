//! Clerks whose work takes unusually long, or is unusually quick, found in the event log of a bank.
//!
//! | module | what it is |
//! |---|---|
//! | [`work`] | the events: somebody begins or ends a piece of work |
//! | [`read`] | the read model: how long each clerk needed, day by day, by windows over event time; and what is not normal |
//! | [`log`] | where the events come from: a file, or a log that is made up |
//! | [`report`] | what was found, for people |
//! | [`store`] | where the events are kept |

pub mod log;
mod number;
pub mod read;
pub mod report;
pub mod store;
pub mod work;
