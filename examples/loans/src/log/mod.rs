//! The write side's input: what happened at the bank, in the order in which it happened.
//!
//! A log is an iterator of [`Entry`]. [`mod@file`] reads the bank's own, [`generate`] makes one up, and [`mod@replay`]
//! turns the entries into the commands that must have led to them.

mod command;
mod entry;
pub mod file;
pub mod generate;
pub mod replay;

pub use self::entry::{Entry, EntryError};
