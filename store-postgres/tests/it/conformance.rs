use crate::place::{DATABASE, Place};
use factum_services::{pgbouncer::PgBouncer, postgres::Server};
use factum_store_postgres::PgStore;
use factum_testkit::conformance::Fixture;
use tokio::sync::OnceCell;

impl Fixture for Place {
    type Store = PgStore;

    async fn make() -> Self {
        Self::new().await
    }

    async fn open(&self) -> PgStore {
        Self::open(self).await
    }
}

/// A store that commits more groups at once than there are by default.
struct Wide(Place);

impl Fixture for Wide {
    type Store = PgStore;

    async fn make() -> Self {
        Self(Place::new().await)
    }

    async fn open(&self) -> PgStore {
        let writers = 4.try_into().unwrap();
        self.0.config().writers(writers).open().await.unwrap()
    }
}

/// A store behind a pooler that has two connections to the server for all tests of this process.
pub(crate) struct Pooled(Place);

impl Pooled {
    /// Never dropped; it ends with the process.
    async fn pooler() -> &'static PgBouncer {
        static POOLER: OnceCell<PgBouncer> = OnceCell::const_new();
        let start = async || {
            let server = Server::find().await.unwrap();
            PgBouncer::builder().set("default_pool_size", 2).start(&server.url("postgres")).await.unwrap()
        };
        POOLER.get_or_init(start).await
    }
}

impl Fixture for Pooled {
    type Store = PgStore;

    async fn make() -> Self {
        Self(Place::new().await)
    }

    async fn open(&self) -> PgStore {
        let url = Self::pooler().await.url(DATABASE);
        self.0.config_at(&url).pooler(true).open().await.unwrap()
    }
}

mod postgres {
    use super::Place;
    use factum_testkit::conformance;

    conformance::store!(Place, capabilities = [durable, shared]);
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

mod postgres_4_writers {
    use super::Wide;
    use factum_testkit::conformance;

    // The others do not go through the writers.
    conformance::store!(Wide, capabilities = [durable, shared]);
    conformance::inline!(Wide, capabilities = [durable, shared]);
}

mod postgres_pooler {
    use super::Pooled;
    use factum_testkit::conformance;

    conformance::store!(Pooled, capabilities = [durable, shared]);
    conformance::checkpoints!(Pooled, capabilities = [durable, shared]);
    conformance::inbox!(Pooled, capabilities = [durable, shared]);
    conformance::received!(Pooled, capabilities = [durable, shared]);
    conformance::leases!(Pooled, capabilities = [durable, shared]);
    conformance::quarantine!(Pooled, capabilities = [durable, shared]);
    conformance::generations!(Pooled, capabilities = [durable, shared]);
    conformance::snapshots!(Pooled, capabilities = [durable, shared]);
    conformance::documents!(Pooled, capabilities = [durable, shared]);
    conformance::inline!(Pooled, capabilities = [durable, shared]);
}
