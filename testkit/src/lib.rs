//! Tests for what is built on Factum.
//!
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
