//! Tests for what is built on Factum.
//!
//! # Domains
//! [`given`](mod@given) tests what an aggregate, a decider or a view makes of events and commands, without a store:
//! given these events, when this command is sent, then these events are decided. [`interleave!`] sends commands at the
//! same time, in every order in which their loads and appends can happen, and checks a rule after each.
//!
//! # Stores
//! [`conformance`] is for those who write a store: it tests every promise of the store contract on it.
//!
//! ```
//! use factum_store_memory::MemoryStore;
//! use factum_testkit::conformance::Fixture;
//!
//! struct Memory;
//!
//! impl Fixture for Memory {
//!     type Store = MemoryStore;
//!
//!     async fn make() -> Self {
//!         Self
//!     }
//!
//!     async fn open(&self) -> MemoryStore {
//!         MemoryStore::new()
//!     }
//! }
//!
//! mod conformance {
//!     factum_testkit::conformance::store!(super::Memory, capabilities = [gapless]);
//! }
//! # fn main() {}
//! ```

pub mod conformance;
pub mod given;
pub mod interleave;

pub use given::given;
