use crate::place::Place;
use factum_store_sqlite::SqliteStore;
use factum_testkit::conformance::Fixture;

impl Fixture for Place {
    type Store = SqliteStore;

    async fn make() -> Self {
        Self::new()
    }

    async fn open(&self) -> SqliteStore {
        Self::open(self).await
    }
}

mod sqlite {
    use super::Place;
    use factum_testkit::conformance;

    conformance::store!(Place, capabilities = [gapless, durable, shared]);
    conformance::checkpoints!(Place, capabilities = [durable, shared]);
    conformance::inbox!(Place, capabilities = [durable, shared]);
    conformance::received!(Place, capabilities = [durable, shared]);
    conformance::leases!(Place, capabilities = [durable, shared]);
    conformance::quarantine!(Place, capabilities = [durable, shared]);
    conformance::generations!(Place, capabilities = [durable, shared]);
    conformance::snapshots!(Place, capabilities = [durable, shared]);
    conformance::documents!(Place, capabilities = [durable, shared]);
    conformance::inline!(Place, capabilities = [durable, shared]);
}
