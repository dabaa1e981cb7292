//! Tests for what is built on Factum.
//!
//! # Domains
//! [`given`](mod@given) tests what an aggregate, a decider or a view makes of events and commands, without a store:
//! given these events, when this command is sent, then these events are decided. [`interleave!`] sends commands at the
//! same time, in every order in which their loads and appends can happen, and checks a rule after each.
//! [`deterministic`](mod@deterministic) runs a projection in many ways, with other batches and partitions, restarts and
//! faults, and checks that it comes out the same.
//!
//! ```
//! use factum::prelude::*;
//! use factum_testkit::{given, interleave};
//! # #[derive(Event, Serialize, Deserialize)] struct Opened;
//! # #[derive(Id, Clone)] struct DoorId(String);
//! # #[derive(Aggregate, Clone, Default)]
//! # #[aggregate(category = "door", id = DoorId, events(Opened))]
//! # struct Door { open: bool }
//! # impl Apply<Opened> for Door { fn apply(&mut self, _: &Opened) { self.open = true } }
//! # #[derive(Command)] struct Open { #[command(target)] door: DoorId }
//! # impl Handle<Open> for Door {
//! #     type Rejection = &'static str;
//! #     fn handle(&self, _: &Open) -> Result<Events<Self>, &'static str> {
//! #         if self.open { Err("is open already") } else { Ok(Opened.into()) }
//! #     }
//! # }
//! let open = || Open { door: "front".into() };
//!
//! given::<Door>(events![]).when(open()).then(events![Opened]).when(open()).then_rejected("is open already");
//!
//! interleave! {
//!     when [open(), open()],
//!     then |end| assert_eq!(end.accepted(), 1),
//! }
//! ```
//!
//! # Time
//! A store that is given a [`VirtualClock`] goes by it: what is due tomorrow is due when the test says so.
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

mod clock;
pub mod conformance;
pub mod deterministic;
pub mod given;
pub mod interleave;

pub use clock::VirtualClock;
pub use deterministic::deterministic;
pub use given::given;
