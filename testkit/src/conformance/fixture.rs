use std::future::Future;

/// A place for one store, and how to open the store in it. Each case is given a place of its own, and those that test
/// many logs make more of them.
///
/// A place is a folder, a database, a schema, or nothing at all: what outlives the store, and is cleaned up when it is
/// dropped.
///
/// ```
/// use factum_store_memory::MemoryStore;
/// use factum_testkit::conformance::Fixture;
///
/// struct Memory;
///
/// impl Fixture for Memory {
///     type Store = MemoryStore;
///
///     async fn make() -> Self {
///         Self
///     }
///
///     async fn open(&self) -> MemoryStore {
///         MemoryStore::new()
///     }
/// }
/// ```
pub trait Fixture: Send + Sync + Sized + 'static {
    /// The store. Which traits it has to have depends on the suite.
    type Store: Send + Sync + 'static;

    /// Makes an empty place, to which nobody else has access.
    fn make() -> impl Future<Output = Self> + Send;

    /// Opens the store in this place.
    ///
    /// All cases open it once. Those that need [`Capability::Persistent`](super::Capability::Persistent) drop the store
    /// and open it again, and those that need [`Capability::Shared`](super::Capability::Shared) open it while it is
    /// open; both then expect to find the same log.
    fn open(&self) -> impl Future<Output = Self::Store> + Send;

    /// Makes another place, for the few cases that need several.
    #[doc(hidden)]
    fn another(&self) -> impl Future<Output = Self> + Send {
        Self::make()
    }
}
