use super::{Binding, CloudEvent, CloudEventError, media_type};
use bytes::Bytes;

/// How a message holds an event, by its content type (HTTP binding, section 3, and the same in the others).
enum Mode {
    Structured,
    Batched,
    Binary,
    /// Structured, in a format that is not JSON.
    Unknown,
}

impl Mode {
    fn of(content_type: &str) -> Self {
        let essence = media_type::essence(content_type);
        match essence.strip_prefix("application/cloudevents") {
            // Without a format it is the one that everybody has to know, and NATS has no other.
            Some("" | "+json") => Self::Structured,
            Some(format) if format.starts_with('+') => Self::Unknown,
            Some("-batch" | "-batch+json") => Self::Batched,
            Some(format) if format.starts_with("-batch+") => Self::Unknown,
            _ => Self::Binary,
        }
    }
}

impl CloudEvent {
    /// Reads the event of a message, in whichever mode it is: structured if the content type is that of an event as JSON,
    /// otherwise binary.
    ///
    /// With MQTT 3.1.1 and NATS before 2.2 there are no headers and no content type, and messages are structured; so is a
    /// message of these two that has neither a content type nor the header of `specversion`.
    ///
    /// # Errors
    /// [`CloudEventError::Batch`] when the content type is that of a batch, [`CloudEventError::Format`] when it is an event in
    /// another format than JSON, and as [`CloudEvent::from_json`] and [`CloudEvent::from_binary`].
    pub fn from_message<'a>(
        binding: Binding,
        content_type: Option<&str>,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        data: Bytes,
    ) -> Result<Self, CloudEventError> {
        let Some(content_type) = content_type.filter(|content_type| !content_type.is_empty()) else {
            let headers: Vec<_> = headers.into_iter().collect();
            let is_binary = !matches!(binding, Binding::Mqtt | Binding::Nats)
                || headers
                    .iter()
                    .any(|(header, _)| binding.attribute(header).as_deref() == Some("specversion"));
            return match is_binary {
                true => Self::from_binary(binding, None, headers, data),
                false => Self::from_json(&data),
            };
        };
        match Mode::of(content_type) {
            Mode::Structured => Self::from_json(&data),
            Mode::Batched => Err(CloudEventError::Batch),
            Mode::Unknown => Err(CloudEventError::Format(content_type.to_owned())),
            Mode::Binary => Self::from_binary(binding, Some(content_type), headers, data),
        }
    }
}
