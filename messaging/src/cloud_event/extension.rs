//! The names of extension attributes, and those that [`CloudEvent::of`](super::CloudEvent::of) writes.
//!
//! | attribute | what it is of an event of the log | written | defined by |
//! |---|---|---|---|
//! | `id` | the event's id | always | the specification |
//! | `source` | what [`CloudEvent::of`](super::CloudEvent::of) is given | always | the specification |
//! | `type` | the event's type | always | the specification |
//! | `subject` | the stream, `category-key` | always | the specification |
//! | `time` | when it happened | if its year has four digits | the specification |
//! | `datacontenttype` | `application/json` if the payload is JSON, otherwise `application/octet-stream` | always | the specification |
//! | [`partitionkey`](PARTITION_KEY) | the stream | always | [partitioning] |
//! | [`sequence`](SEQUENCE) | the event's place in its stream, with zeros in front of it to 19 digits | always | [sequence] |
//! | [`logposition`](LOG_POSITION) | the event's place in the log, in digits | always | Factum |
//! | [`schemaversion`](SCHEMA_VERSION) | the version of the payload's shape, an integer | always | Factum |
//! | [`recordedtime`](RECORDED_TIME) | when it was recorded, RFC 3339 | if its year has four digits | [recorded time] |
//! | [`correlationid`](CORRELATION_ID) | shared by everything that one request has set off | if it is known | [correlation] |
//! | [`causationid`](CAUSATION_ID) | what directly caused it | if it is known | [correlation] |
//! | [`traceparent`](TRACE_PARENT) | the trace that it belongs to | if it is known | [distributed tracing] |
//! | [`actor`](ACTOR) | who did it | if it is known | Factum |
//! | [`tenant`](TENANT) | for whom | if it is known | Factum |
//! | [`tags`](TAGS) | the tags, a JSON array as text | if there are any | Factum |
//!
//! A sequence is compared as text, hence the zeros. It orders the events of one stream; across the streams of a source,
//! `logposition` does.
//!
//! **What is not published** is what only the application itself should know: the fields that it has put into the metadata,
//! and the name and the idempotency key of the command that caused the event.
//!
//! [partitioning]: https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/partitioning.md
//! [sequence]: https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/sequence.md
//! [recorded time]: https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/recordedtime.md
//! [correlation]: https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/correlation.md
//! [distributed tracing]: https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md

use super::{CloudEventError, Problem};
use std::{
    borrow::{Borrow, Cow},
    fmt,
    str::FromStr,
};

/// Events with the same key stay in order where a broker spreads events over partitions.
pub const PARTITION_KEY: &str = "partitionkey";
/// The event's place in its stream.
pub const SEQUENCE: &str = "sequence";
/// The event's place in the log of its application.
pub const LOG_POSITION: &str = "logposition";
/// The version of the shape of the data.
pub const SCHEMA_VERSION: &str = "schemaversion";
/// When the event was recorded.
pub const RECORDED_TIME: &str = "recordedtime";
/// Shared by everything that one request has set off.
pub const CORRELATION_ID: &str = "correlationid";
/// The id of what directly caused the event.
pub const CAUSATION_ID: &str = "causationid";
/// The `traceparent` of [W3C Trace Context](https://www.w3.org/TR/trace-context/).
pub const TRACE_PARENT: &str = "traceparent";
/// Who did it: a user, a service.
pub const ACTOR: &str = "actor";
/// For whom, where one installation serves several customers.
pub const TENANT: &str = "tenant";
/// The event's tags.
pub const TAGS: &str = "tags";

/// Those that are integers by their specification. A binary message does not say of which type an attribute is.
pub(super) const INTEGERS: [&str; 3] = [SCHEMA_VERSION, "sampledrate", "severitynumber"];

/// What an extension cannot be named.
const RESERVED: [&str; 9] =
    ["data", "datacontenttype", "dataschema", "id", "source", "specversion", "subject", "time", "type"];

/// The name of an extension attribute: lower-case letters and digits. The specification recommends at most 20 of them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExtensionName(Cow<'static, str>);

impl ExtensionName {
    /// Checks and keeps a copy of `name`.
    ///
    /// # Errors
    /// [`CloudEventError::Attribute`] when it has another character or none, or is the name of an attribute that is not an
    /// extension.
    pub fn new(name: impl AsRef<str>) -> Result<Self, CloudEventError> {
        let name = name.as_ref();
        let problem = match name {
            "" => return Err(CloudEventError::attribute("extension name", Problem::Empty)),
            name if !is_name(name) => Problem::Name,
            name if RESERVED.contains(&name) => Problem::Reserved,
            name => return Ok(Self(Cow::Owned(name.to_owned()))),
        };
        Err(CloudEventError::attribute(name, problem))
    }

    /// One of those above.
    pub(super) const fn known(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

impl Borrow<str> for ExtensionName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for ExtensionName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ExtensionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for ExtensionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtensionName({:?})", self.0)
    }
}

impl FromStr for ExtensionName {
    type Err = CloudEventError;

    fn from_str(name: &str) -> Result<Self, CloudEventError> {
        Self::new(name)
    }
}
