use factum_messaging::mqtt::{Mqtt, MqttConfig};
use factum_testkit::conformance::Fixture;
use std::time::Duration;
use uuid::Uuid;

/// Topics and clients that nobody else uses. Their sessions expire soon.
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) prefix: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::at(crate::servers::of_mqtt())
    }

    pub(crate) fn at(url: String) -> Self {
        Self { url, prefix: format!("factum_test_{}", Uuid::new_v4().simple()) }
    }

    pub(crate) fn config(&self) -> MqttConfig {
        MqttConfig::new(&self.url).prefix(&self.prefix).session_expiry(Duration::from_secs(60))
    }

    pub(crate) async fn connect(&self) -> Mqtt {
        self.config().connect().await.unwrap()
    }
}

impl Fixture for Place {
    type Store = Mqtt;

    async fn make() -> Self {
        Self::new()
    }

    async fn open(&self) -> Mqtt {
        self.connect().await
    }
}
