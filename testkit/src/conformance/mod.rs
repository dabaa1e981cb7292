//! Conformance suites: does a store keep its promises?
//!
//! A suite is a list of cases, each of which tests one promise of a trait of [`factum_core`]. Whoever writes a store
//! says in a [`Fixture`] how to open one, and gets a test of each case:
//!
//! | macro | cases | what the store is |
//! |---|---|---|
//! | [`store!`](macro@store) | [`store::cases`] | [`EventStore`](factum_core::EventStore): a log |
//! | [`checkpoints!`](macro@checkpoints) | [`checkpoints::cases`] | [`CheckpointStore`](factum_core::CheckpointStore) |
//! | [`inbox!`](macro@inbox) | [`inbox::cases`] | [`InboxStore`](factum_core::InboxStore) |
//! | [`leases!`](macro@leases) | [`leases::cases`] | [`LeaseStore`](factum_core::LeaseStore) |
//! | [`quarantine!`](macro@quarantine) | [`quarantine::cases`] | [`CheckpointStore`](factum_core::CheckpointStore) and [`QuarantineStore`](factum_core::QuarantineStore) |
//! | [`generations!`](macro@generations) | [`generations::cases`] | [`LeaseStore`](factum_core::LeaseStore) and [`GenerationStore`](factum_core::sink::GenerationStore) |
//! | [`snapshots!`](macro@snapshots) | [`snapshots::cases`] | [`SnapshotStore`](factum_core::SnapshotStore) |
//! | [`documents!`](macro@documents) | [`documents::cases`] | [`DocumentSink`](factum_core::sink::DocumentSink): read models |
//! | [`inline!`](macro@inline) | [`inline::cases`] | [`InlineStore`](factum_core::sink::InlineStore): read models that change with the appends |
//! | [`received!`](macro@received) | [`received::cases`] | [`InboxSink`](factum_core::sink::InboxSink): the effects of messages |
//! | [`requests!`](macro@requests) | [`requests::cases`] | [`RequestReply`](factum_messaging::remote::RequestReply): a transport that carries requests |
//! | [`transports!`](macro@transports) | [`transports::cases`] | [`Transport`](factum_messaging::Transport): the adapter of a broker |
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
//! // In a test program, such as `tests/it/conformance.rs`:
//! mod memory {
//!     use super::Memory;
//!     use factum_testkit::conformance;
//!
//!     conformance::store!(Memory, capabilities = [gapless]);
//!     conformance::checkpoints!(Memory);
//!     conformance::snapshots!(Memory);
//! }
//! # fn main() {}
//! ```
//!
//! The tests are named `conformance::memory::store::the_first_event_of_a_stream_has_version_one` and so on. They need
//! no async runtime of the store's crate: each has one of its own, with two threads.
//!
//! # Capabilities
//! Some promises are made only by some stores. A store declares them to the suite, and the cases that need others are
//! ignored with the reason, so that it can be seen in the output of `cargo test` what was left out:
//!
//! ```text
//! test conformance::memory::store::events_survive ... ignored, the store declares neither `durable` nor `persistent`
//! ```
//!
//! | capability | the store |
//! |---|---|
//! | `gapless` | gives positions without holes |
//! | `persistent` | keeps what it has when it is dropped and [opened](Fixture::open) again |
//! | `durable` | keeps it when the machine crashes too; includes `persistent` |
//! | `shared` | can be opened several times at once |
//!
//! Those of a transport are those of [`Capabilities`](factum_messaging::transport::Capabilities).
//!
//! That the declaration is what the store says
//! ([`EventReader::capabilities`](factum_core::EventReader::capabilities)) is a case too.
//!
//! # When a case fails
//! Its name is the promise that is broken. This is a store whose pages lose an event at their edges:
//!
//! ```text
//! pages_of_the_log_miss_nothing_at_their_edges: assertion `left == right` failed: 3 events in pages of 1
//!   left: [1, 3]
//!  right: [1, 2, 3]
//! ```
//!
//! What was found is on the left, what was expected on the right. The panic before it names the line of the suite, and
//! the function with the name of the case is documented with where the promise is made. A case that does not end fails
//! after a minute.
//!
//! The simple cases come first in the lists of the suites. Where many fail, begin with the first in the list.
//!
//! # Without the macros
//! Each case is a function, for a debugger or for a test of one's own around it; and a list of values, for a suite that
//! is to be tested itself:
//!
//! ```
//! # use factum_store_memory::MemoryStore;
//! # use factum_testkit::conformance::Fixture;
//! # struct Memory;
//! # impl Fixture for Memory {
//! #     type Store = MemoryStore;
//! #     async fn make() -> Self { Self }
//! #     async fn open(&self) -> MemoryStore { MemoryStore::new() }
//! # }
//! use factum_testkit::conformance::{Capability, rejection, store};
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! store::append::events_are_stored_in_the_order_given(Memory::make().await).await;
//! # });
//!
//! let rejection = rejection(&store::cases::<Memory>(), &[Capability::Gapless]);
//! assert_eq!(rejection, None);
//! ```
//!
//! What a suite cannot test from outside is left to the tests of each store: crashes, other processes, full disks.

mod capability;
mod case;
pub mod checkpoints;
pub mod documents;
mod erased;
mod fixture;
pub mod generations;
pub mod inbox;
pub mod inline;
pub mod leases;
pub(crate) mod macros;
pub mod quarantine;
pub mod received;
pub mod requests;
pub mod snapshots;
mod steps;
pub mod store;
pub mod transports;

/// Makes a test of each case of the [checkpoint suite](mod@checkpoints), in a module `checkpoints`.
///
/// Takes what [`store!`](macro@store) takes.
pub use crate::__conformance_checkpoints as checkpoints;

/// Makes a test of each case of the [document suite](mod@documents), in a module `documents`.
///
/// Takes what [`store!`](macro@store) takes.
pub use crate::__conformance_documents as documents;

/// Makes a test of each case of the [generation suite](mod@generations), in a module `generations`.
///
/// Takes what [`store!`](macro@store) takes.
pub use crate::__conformance_generations as generations;

/// Makes a test of each case of the [inbox suite](mod@inbox), in a module `inbox`.
///
/// Takes what [`store!`](macro@store) takes.
pub use crate::__conformance_inbox as inbox;

/// Makes a test of each case of the [inline suite](mod@inline), in a module `inline`.
///
/// Takes what [`store!`](macro@store) takes.
pub use crate::__conformance_inline as inline;

/// Makes a test of each case of the [lease suite](mod@leases), in a module `leases`.
///
/// Takes what [`store!`](macro@store) takes.
pub use crate::__conformance_leases as leases;

/// Makes a test of each case of the [quarantine suite](mod@quarantine), in a module `quarantine`.
///
/// Takes what [`store!`](macro@store) takes.
pub use crate::__conformance_quarantine as quarantine;

/// Makes a test of each case of the [suite of received messages](mod@received), in a module `received`.
///
/// Takes what [`store!`](macro@store) takes.
pub use crate::__conformance_received as received;

/// Makes a test of each case of the [request suite](mod@requests), in a module `requests`.
///
/// Takes the [`Fixture`], and `shared` if several connections can be open to one broker.
pub use crate::__conformance_requests as requests;

/// Makes a test of each case of the [snapshot suite](mod@snapshots), in a module `snapshots`.
///
/// Takes what [`store!`](macro@store) takes.
pub use crate::__conformance_snapshots as snapshots;

/// Makes a test of each case of the [store suite](mod@store), in a module `store`.
///
/// Takes the [`Fixture`], and what the store offers beyond what every store must: `gapless`, `persistent`, `durable`,
/// `shared`.
///
/// ```
/// # struct File;
/// # impl factum_testkit::conformance::Fixture for File {
/// #     type Store = factum_store_memory::MemoryStore;
/// #     async fn make() -> Self { Self }
/// #     async fn open(&self) -> Self::Store { factum_store_memory::MemoryStore::new() }
/// # }
/// factum_testkit::conformance::store!(File, capabilities = [gapless, persistent]);
/// # fn main() {}
/// ```
pub use crate::__conformance_store as store;

/// Makes a test of each case of the [transport suite](mod@transports), in a module `transports`.
///
/// Takes the [`Fixture`], and what the transport offers beyond what each must: `shared` if several can be open on one broker,
/// `keeps`, `competes`, `redelivers`, `delays`, `replays`.
pub use crate::__conformance_transports as transports;

pub use self::{
    capability::Capability,
    case::{Case, Rejection, rejection, test},
    fixture::Fixture,
};

#[cfg(test)]
mod tests;
