//! Tests for what is built on Factum.
//!
//! # Domains
//! [`given`](mod@given) tests what an aggregate, a decider or a view makes of events and commands, without a store:
//! given these events, when this command is sent, then these events are decided. [`interleave!`] sends commands at the
//! same time, in every order in which their loads and appends can happen, and checks a rule after each.

pub mod given;
pub mod interleave;

pub use given::given;
