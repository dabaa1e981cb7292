use super::{Attribute, CloudEventError, ExtensionName, check};
use bytes::Bytes;
use factum_core::Timestamp;
use std::collections::BTreeMap;

/// An event with its attributes, after [CloudEvents 1.0.2], section "Context Attributes".
///
/// The constructor and the `with_…` methods check what they are given. Who writes to a field asks [`CloudEvent::check`].
///
/// [CloudEvents 1.0.2]: https://github.com/cloudevents/spec/blob/ce%40v1.0.2/cloudevents/spec.md#context-attributes
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CloudEvent {
    /// Names the event among those of its source.
    pub id: String,
    /// Where it happened, a URI or a reference to one.
    pub source: String,
    /// What happened; the attribute `type`.
    pub event_type: String,
    /// To what it happened, in its source.
    pub subject: Option<String>,
    /// When it happened. A year beyond 0 to 9999, which RFC 3339 cannot write, is left out when the event is written.
    pub time: Option<Timestamp>,
    /// The media type of the data; the attribute `datacontenttype`.
    pub content_type: Option<String>,
    /// A URI of the schema of the data; the attribute `dataschema`.
    pub data_schema: Option<String>,
    /// The other attributes. Those that Factum writes are in [`extension`](super::extension).
    pub extensions: BTreeMap<ExtensionName, Attribute>,
    /// What the event says. Empty data and none are the same in a binary message.
    pub data: Option<Bytes>,
}

impl CloudEvent {
    /// An event with the attributes that every event has.
    ///
    /// # Errors
    /// [`CloudEventError::Attribute`] when one of them is empty or has a character that is not allowed there, or the source is
    /// no reference to a URI.
    pub fn new(
        id: impl Into<String>,
        source: impl Into<String>,
        event_type: impl Into<String>,
    ) -> Result<Self, CloudEventError> {
        let event = Self::unchecked(id.into(), source.into(), event_type.into());
        event.check()?;
        Ok(event)
    }

    pub(super) const fn unchecked(id: String, source: String, event_type: String) -> Self {
        Self {
            id,
            source,
            event_type,
            subject: None,
            time: None,
            content_type: None,
            data_schema: None,
            extensions: BTreeMap::new(),
            data: None,
        }
    }

    /// Of this subject.
    ///
    /// # Errors
    /// [`CloudEventError::Attribute`] when it is empty or has a character that is not allowed.
    pub fn with_subject(mut self, subject: impl Into<String>) -> Result<Self, CloudEventError> {
        let subject = subject.into();
        check::some_text("subject", &subject)?;
        self.subject = Some(subject);
        Ok(self)
    }

    /// Happened at `time`.
    #[must_use]
    pub const fn with_time(mut self, time: Timestamp) -> Self {
        self.time = Some(time);
        self
    }

    /// With data of this media type, such as [`media_type::JSON`](super::media_type::JSON).
    ///
    /// # Errors
    /// [`CloudEventError::Attribute`] when it is empty or has a character that is not allowed.
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Result<Self, CloudEventError> {
        let content_type = content_type.into();
        check::some_text("datacontenttype", &content_type)?;
        self.content_type = Some(content_type);
        Ok(self)
    }

    /// With data of this schema.
    ///
    /// # Errors
    /// [`CloudEventError::Attribute`] when it is no reference to a URI.
    pub fn with_data_schema(mut self, data_schema: impl Into<String>) -> Result<Self, CloudEventError> {
        let data_schema = data_schema.into();
        check::reference("dataschema", &data_schema)?;
        self.data_schema = Some(data_schema);
        Ok(self)
    }

    /// With this extension attribute. One of this name that is there already is replaced.
    ///
    /// # Errors
    /// [`CloudEventError::Attribute`] when the name is none ([`ExtensionName::new`]), or the value is text with a character
    /// that is not allowed.
    pub fn with_extension(
        mut self,
        name: impl AsRef<str>,
        value: impl Into<Attribute>,
    ) -> Result<Self, CloudEventError> {
        let (name, value) = (ExtensionName::new(name)?, value.into());
        check::text(name.as_str(), value.as_text().unwrap_or_default())?;
        self.extensions.insert(name, value);
        Ok(self)
    }

    /// With this data.
    #[must_use]
    pub fn with_data(mut self, data: impl Into<Bytes>) -> Self {
        self.data = Some(data.into());
        self
    }

    /// The extension attribute of this name.
    #[must_use]
    pub fn extension(&self, name: &str) -> Option<&Attribute> {
        self.extensions.get(name)
    }

    /// Whether all attributes are as the specification asks. What is read from a message has been checked.
    ///
    /// # Errors
    /// [`CloudEventError::Attribute`], of the first that is not.
    pub fn check(&self) -> Result<(), CloudEventError> {
        check::some_text("id", &self.id)?;
        check::reference("source", &self.source)?;
        check::some_text("type", &self.event_type)?;
        self.subject.iter().try_for_each(|subject| check::some_text("subject", subject))?;
        self.content_type
            .iter()
            .try_for_each(|content_type| check::some_text("datacontenttype", content_type))?;
        self.data_schema.iter().try_for_each(|data_schema| check::reference("dataschema", data_schema))?;
        let texts = self.extensions.iter().filter_map(|(name, value)| Some((name, value.as_text()?)));
        texts.into_iter().try_for_each(|(name, value)| check::text(name.as_str(), value))
    }
}
