use super::{Attribute, CloudEvent, CloudEventError, ExtensionName, Problem, time};
use bytes::Bytes;
use factum_core::Timestamp;
use std::collections::BTreeMap;

/// The attributes of an event while they are read, in any order.
#[derive(Debug, Default)]
pub(super) struct Draft {
    is_version_1: bool,
    id: Option<String>,
    source: Option<String>,
    event_type: Option<String>,
    subject: Option<String>,
    time: Option<Timestamp>,
    pub(super) content_type: Option<String>,
    data_schema: Option<String>,
    extensions: BTreeMap<ExtensionName, Attribute>,
}

impl Draft {
    pub(super) fn put(&mut self, name: &str, value: Attribute) -> Result<(), CloudEventError> {
        let problem = |problem| CloudEventError::attribute(name, problem);
        let is_first = match name {
            "specversion" => match text(name, value)?.as_str() {
                "1.0" => !std::mem::replace(&mut self.is_version_1, true),
                _ => return Err(problem(Problem::IsNot("1.0"))),
            },
            "id" => self.id.replace(text(name, value)?).is_none(),
            "source" => self.source.replace(text(name, value)?).is_none(),
            "type" => self.event_type.replace(text(name, value)?).is_none(),
            "subject" => self.subject.replace(text(name, value)?).is_none(),
            "time" => {
                let time = time::parse(&text(name, value)?);
                let time = time.ok_or_else(|| problem(Problem::IsNot("a time of RFC 3339")))?;
                self.time.replace(time).is_none()
            }
            "datacontenttype" => self.content_type.replace(text(name, value)?).is_none(),
            "dataschema" => self.data_schema.replace(text(name, value)?).is_none(),
            name => self.extensions.insert(ExtensionName::new(name)?, value).is_none(),
        };
        is_first.then_some(()).ok_or_else(|| problem(Problem::Twice))
    }

    pub(super) fn finish(self, data: Option<Bytes>) -> Result<CloudEvent, CloudEventError> {
        let missing = |name| CloudEventError::attribute(name, Problem::Missing);
        if !self.is_version_1 {
            return Err(missing("specversion"));
        }
        let event = CloudEvent {
            id: self.id.ok_or_else(|| missing("id"))?,
            source: self.source.ok_or_else(|| missing("source"))?,
            event_type: self.event_type.ok_or_else(|| missing("type"))?,
            subject: self.subject,
            time: self.time,
            content_type: self.content_type,
            data_schema: self.data_schema,
            extensions: self.extensions,
            data,
        };
        event.check()?;
        Ok(event)
    }
}

fn text(name: &str, value: Attribute) -> Result<String, CloudEventError> {
    match value {
        Attribute::Text(text) => Ok(text),
        _ => Err(CloudEventError::attribute(name, Problem::IsNot("a string"))),
    }
}
