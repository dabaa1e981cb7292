use factum_messaging::LocalBroker;
use factum_testkit::conformance::{self, Fixture};

struct Local(LocalBroker);

impl Fixture for Local {
    type Store = LocalBroker;

    async fn make() -> Self {
        Self(LocalBroker::new())
    }

    async fn open(&self) -> LocalBroker {
        self.0.clone()
    }
}

mod local {
    use super::{Local, conformance};

    conformance::transports!(Local, capabilities = [keeps, competes, redelivers, delays]);
    conformance::requests!(Local);
}
