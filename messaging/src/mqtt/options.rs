use super::{MqttConfig, Qos};
use crate::transport::TransportError;
use rumqttc::v5::{MqttOptions, mqttbytes::QoS};
use std::time::Duration;
use url::Url;

/// What MQTT lets a packet have at most.
const PACKET_BYTES: u32 = 268_435_455;

/// After so long a connection is seen to be lost, or twice that.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

impl MqttConfig {
    /// How to connect as `client_id`.
    pub(super) fn options(&self, client_id: &str) -> Result<MqttOptions, TransportError> {
        let refuse = |why: String| TransportError::new("reading the URL of a broker of MQTT", why);
        // The error does not have the URL, which may have a password.
        let url = Url::parse(&self.url).map_err(|error| refuse(error.to_string()))?;
        if url.scheme() != "mqtt" {
            return Err(refuse(format!("its scheme is {:?}, and not mqtt", url.scheme())));
        }
        let host = url.host_str().ok_or_else(|| refuse("it has no host".to_owned()))?;
        let mut options = MqttOptions::new(client_id, host, url.port().unwrap_or(1_883));
        if !url.username().is_empty() {
            let decode = |text| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
            options.set_credentials(decode(url.username()), decode(url.password().unwrap_or_default()));
        }
        options.set_keep_alive(KEEP_ALIVE);
        options.set_connection_timeout(self.confirm_timeout.as_secs().max(1));
        // The client's own limit is 10 kB, and larger messages would end the connection.
        options.set_max_packet_size(Some(PACKET_BYTES));
        Ok(options)
    }

    /// For a session that the broker keeps.
    pub(super) fn session_seconds(&self) -> u32 {
        // The highest means that it never expires.
        u32::try_from(self.session_expiry.as_secs()).unwrap_or(u32::MAX)
    }
}

impl Qos {
    pub(super) const fn of_client(self) -> QoS {
        match self {
            Self::AtMostOnce => QoS::AtMostOnce,
            Self::AtLeastOnce => QoS::AtLeastOnce,
            Self::ExactlyOnce => QoS::ExactlyOnce,
        }
    }
}
