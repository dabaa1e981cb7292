use factum_store_memory::MemoryStore;
use factum_testkit::conformance::Fixture;

struct Memory;

impl Fixture for Memory {
    type Store = MemoryStore;

    async fn make() -> Self {
        Self
    }

    async fn open(&self) -> MemoryStore {
        MemoryStore::new()
    }
}

mod memory {
    use super::Memory;
    use factum_testkit::conformance;

    conformance::store!(Memory, capabilities = [gapless]);
    conformance::checkpoints!(Memory);
    conformance::inbox!(Memory);
    conformance::received!(Memory);
    conformance::leases!(Memory);
    conformance::quarantine!(Memory);
    conformance::generations!(Memory);
    conformance::snapshots!(Memory);
    conformance::documents!(Memory);
    conformance::inline!(Memory);
}
