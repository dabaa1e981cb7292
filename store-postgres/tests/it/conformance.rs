use crate::place::Place;
use factum_store_postgres::PgStore;
use factum_testkit::conformance::Fixture;

impl Fixture for Place {
    type Store = PgStore;

    async fn make() -> Self {
        Self::new().await
    }

    async fn open(&self) -> PgStore {
        Self::open(self).await
    }
}

mod postgres {
    use super::Place;
    use factum_testkit::conformance;

    conformance::store!(Place, capabilities = [durable, shared]);
    conformance::checkpoints!(Place, capabilities = [durable, shared]);
    conformance::snapshots!(Place, capabilities = [durable, shared]);
    conformance::documents!(Place, capabilities = [durable, shared]);
}
