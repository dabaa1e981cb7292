use super::place::Place;
use factum_messaging::mqtt::{Mqtt, Qos};
use factum_testkit::conformance::{self, Fixture};

mod at_least_once {
    use super::{Place, conformance};

    conformance::transports!(Place, capabilities = [keeps, redelivers, delays, shared]);
}

struct Exactly(Place);

impl Fixture for Exactly {
    type Store = Mqtt;

    async fn make() -> Self {
        Self(Place::new())
    }

    async fn open(&self) -> Mqtt {
        self.0.config().qos(Qos::ExactlyOnce).connect().await.unwrap()
    }
}

mod exactly_once {
    use super::{Exactly, conformance};

    conformance::transports!(Exactly, capabilities = [keeps, redelivers, delays, shared]);
}

struct AtMost(Place);

impl Fixture for AtMost {
    type Store = Mqtt;

    async fn make() -> Self {
        Self(Place::new())
    }

    async fn open(&self) -> Mqtt {
        self.0.config().qos(Qos::AtMostOnce).connect().await.unwrap()
    }
}

mod at_most_once {
    use super::{AtMost, conformance};

    conformance::transports!(AtMost, capabilities = [delays, shared]);
}

struct Sharing(Place);

impl Fixture for Sharing {
    type Store = Mqtt;

    async fn make() -> Self {
        Self(Place::new())
    }

    async fn open(&self) -> Mqtt {
        self.0.config().shared().connect().await.unwrap()
    }
}

mod sharing {
    use super::{Sharing, conformance};

    conformance::transports!(Sharing, capabilities = [competes, delays, shared]);
}
