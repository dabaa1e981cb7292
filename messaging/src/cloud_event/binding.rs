use super::extension::is_name;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use std::borrow::Cow;

/// A protocol, whose binding says what the headers of a message in binary mode are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Binding {
    /// `ce-id`, in any case, with values that are percent-encoded ([HTTP binding], section 3.1.3).
    ///
    /// [HTTP binding]: https://github.com/cloudevents/spec/blob/ce%40v1.0.2/cloudevents/bindings/http-protocol-binding.md#313-metadata-headers
    Http,
    /// `ce_id` ([Kafka binding], section 3.2.3).
    ///
    /// [Kafka binding]: https://github.com/cloudevents/spec/blob/ce%40v1.0.2/cloudevents/bindings/kafka-protocol-binding.md#323-metadata-headers
    Kafka,
    /// `ce-id`, in any case, with values that are percent-encoded ([NATS binding], section 3.1.2). It is the only one in
    /// which the media type of the data is a header like the others, `ce-datacontenttype`.
    ///
    /// [NATS binding]: https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/nats-protocol-binding.md#312-metadata-headers
    Nats,
    /// `cloudEvents_id`; `cloudEvents:id` is read too ([AMQP binding], section 3.1.3).
    ///
    /// [AMQP binding]: https://github.com/cloudevents/spec/blob/ce%40v1.0.2/cloudevents/bindings/amqp-protocol-binding.md#313-metadata-headers
    Amqp,
    /// `id`, a user property of MQTT 5 ([MQTT binding], section 3.1.3). Properties that cannot be attributes by their name are
    /// somebody else's, and are left out.
    ///
    /// [MQTT binding]: https://github.com/cloudevents/spec/blob/ce%40v1.0.2/cloudevents/bindings/mqtt-protocol-binding.md#313-metadata-headers
    Mqtt,
    /// `ce-id`, an attribute of a message of Google Cloud Pub/Sub, with the content type in the attribute `content-type`
    /// ([Pub/Sub binding], section 3.1.3).
    ///
    /// [Pub/Sub binding]: https://github.com/googleapis/google-cloudevents/blob/main/docs/spec/pubsub.md#313-metadata-attributes
    GooglePubsub,
}

/// All but the printable ASCII characters from U+0021 to U+007E, and of these `"` and `%` (HTTP binding, section 3.1.3.2).
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%');

impl Binding {
    /// The header of an attribute.
    pub(super) fn header(self, attribute: &str) -> String {
        let prefix = match self {
            Self::Http | Self::Nats | Self::GooglePubsub => "ce-",
            Self::Kafka => "ce_",
            Self::Amqp => "cloudEvents_",
            Self::Mqtt => "",
        };
        format!("{prefix}{attribute}")
    }

    /// The attribute of a header, if it has one.
    pub(super) fn attribute(self, header: &str) -> Option<Cow<'_, str>> {
        match self {
            Self::Http | Self::Nats => {
                let (prefix, name) = header.split_at_checked(3)?;
                let lower = || Cow::Owned(name.to_ascii_lowercase());
                prefix.eq_ignore_ascii_case("ce-").then(lower)
            }
            Self::Kafka => header.strip_prefix("ce_").map(Cow::Borrowed),
            Self::GooglePubsub => header.strip_prefix("ce-").map(Cow::Borrowed),
            Self::Amqp => header.strip_prefix("cloudEvents")?.strip_prefix(['_', ':']).map(Cow::Borrowed),
            Self::Mqtt => Some(header).filter(|name| is_name(name) && *name != "data").map(Cow::Borrowed),
        }
    }

    pub(super) fn encode(self, value: String) -> String {
        match self {
            Self::Http | Self::Nats => utf8_percent_encode(&value, ENCODED).to_string(),
            Self::Kafka | Self::Amqp | Self::Mqtt | Self::GooglePubsub => value,
        }
    }

    /// `None` if the bytes are not UTF-8. A `%` without two digits after it stands for itself, as it does for those who
    /// have not encoded it.
    pub(super) fn decode(self, value: &str) -> Option<String> {
        match self {
            Self::Http | Self::Nats => {
                percent_decode_str(&unquoted(value)).decode_utf8().ok().map(Cow::into_owned)
            }
            Self::Kafka | Self::Amqp | Self::Mqtt | Self::GooglePubsub => Some(value.to_owned()),
        }
    }
}

/// What older versions of the specification wrote in double quotes ([RFC 7230, section 3.2.6]).
///
/// [RFC 7230, section 3.2.6]: https://www.rfc-editor.org/rfc/rfc7230#section-3.2.6
fn unquoted(value: &str) -> Cow<'_, str> {
    let value = value.trim_matches([' ', '\t']);
    let Some(quoted) = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) else {
        return Cow::Borrowed(value);
    };
    let mut text = String::with_capacity(quoted.len());
    let mut chars = quoted.chars();
    while let Some(c) = chars.next() {
        text.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
    }
    Cow::Owned(text)
}
