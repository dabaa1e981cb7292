use crate::{
    CloudEvent, Topic,
    cloud_event::{Binding, CloudEventError},
};
use bytes::Bytes;
use rdkafka::message::{BorrowedMessage, Header, Message as _, OwnedHeaders};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The header that has the topic under which a message was published. It is not one of an event's, since it is not about the event.
pub(super) const TOPIC: &str = "factum_topic";
const CONTENT_TYPE: &str = "content-type";

/// A message as it is kept.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) key: Option<Bytes>,
    pub(super) headers: Vec<(String, Option<Bytes>)>,
    pub(super) payload: Option<Bytes>,
}

/// An event as a message in binary mode.
pub(super) fn write(event: &CloudEvent, topic: &Topic) -> (OwnedHeaders, Bytes) {
    let (attributes, content_type, data) = event.to_binary(Binding::Kafka);
    let header = |headers: OwnedHeaders, (name, value): (&str, &str)| {
        headers.insert(Header { key: name, value: Some(value) })
    };
    let headers = [(TOPIC, topic.as_str())]
        .into_iter()
        .chain(content_type.as_deref().map(|value| (CONTENT_TYPE, value)))
        .chain(attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    (headers.fold(OwnedHeaders::new(), header), data)
}

impl Record {
    /// `None` if the client cannot tell what its headers are, because the name of one is not text.
    pub(super) fn of(message: &BorrowedMessage<'_>) -> (Self, bool) {
        let headers = || {
            let headers = message.headers().into_iter().flat_map(rdkafka::message::Headers::iter);
            headers
                .map(|header| (header.key.to_owned(), header.value.map(Bytes::copy_from_slice)))
                .collect::<Vec<_>>()
        };
        // The client panics over it. Somebody else's mistake must not end a feed.
        let headers = catch_unwind(AssertUnwindSafe(headers));
        let is_whole = headers.is_ok();
        let record = Self {
            key: message.key().map(Bytes::copy_from_slice),
            headers: headers.unwrap_or_default(),
            payload: message.payload().map(Bytes::copy_from_slice),
        };
        (record, is_whole)
    }

    /// How much of memory it takes, roughly.
    pub(super) fn bytes(&self) -> usize {
        let headers =
            self.headers.iter().map(|(name, value)| name.len() + value.as_ref().map_or(0, Bytes::len));
        self.payload.as_ref().map_or(0, Bytes::len) + headers.sum::<usize>()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(value.as_deref()?).ok()
    }

    /// Under which topic it was published. Somebody else's message is under its event's type, in whose words dots separate too.
    pub(super) fn topic(&self) -> Option<Topic> {
        if let Some(topic) = self.header(TOPIC) {
            return Topic::new(topic).ok();
        }
        let event_type = match self.header("ce_type") {
            Some(event_type) => event_type.to_owned(),
            None => self.event().ok()?.event_type,
        };
        Topic::new(&event_type).or_else(|_| Topic::from_words(event_type.split('.'))).ok()
    }

    /// The event, in whichever mode it is.
    pub(super) fn event(&self) -> Result<CloudEvent, CloudEventError> {
        let headers = self
            .headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), std::str::from_utf8(value.as_deref()?).ok()?)));
        let payload = self.payload.clone().unwrap_or_default();
        CloudEvent::from_message(Binding::Kafka, self.header(CONTENT_TYPE), headers, payload)
    }
}

#[cfg(test)]
mod tests {
    use super::{Record, TOPIC, write};
    use crate::CloudEvent;
    use bytes::Bytes;
    use rdkafka::message::Headers as _;

    fn event() -> CloudEvent {
        let event = CloudEvent::new("a 1", "/shop", "order.paid").unwrap();
        event.with_subject("größe\u{2028}7").unwrap().with_content_type("text/plain").unwrap().with_data("30")
    }

    fn record(headers: &[(&str, &str)], payload: Bytes) -> Record {
        let owned = |(name, value): &(&str, &str)| {
            ((*name).to_owned(), Some(Bytes::copy_from_slice(value.as_bytes())))
        };
        Record { key: None, headers: headers.iter().map(owned).collect(), payload: Some(payload) }
    }

    #[test]
    fn an_event_comes_back() {
        let (headers, data) = write(&event(), &"a.b".parse().unwrap());
        let headers: Vec<_> = headers
            .iter()
            .map(|header| (header.key.to_owned(), header.value.map(Bytes::copy_from_slice)))
            .collect();
        let record = Record { key: None, headers, payload: Some(data) };
        assert_eq!(record.event().unwrap(), event());
        assert_eq!(record.topic().unwrap().as_str(), "a.b");
    }

    #[test]
    fn structured_mode_is_read() {
        let record =
            record(&[("Content-Type", "application/cloudevents+json; charset=UTF-8")], event().to_json());
        assert_eq!(record.event().unwrap(), event());
        assert_eq!(record.topic().unwrap().as_str(), "order.paid");
    }

    #[test]
    fn what_has_no_topic_is_under_its_type() {
        let topic = |headers: &[(&str, &str)]| {
            record(headers, Bytes::new()).topic().map(|topic| topic.as_str().to_owned())
        };
        assert_eq!(topic(&[("ce_type", "com.example.paid")]).as_deref(), Some("com.example.paid"));
        assert_eq!(topic(&[("ce_type", "a"), (TOPIC, "b")]).as_deref(), Some("b"));
        assert_eq!(topic(&[("ce_type", "a..#")]).map(|topic| topic.split('.').count()), Some(3));
        assert_eq!(topic(&[]), None);
        assert_eq!(topic(&[("ce_type", "a"), (TOPIC, "a..b")]), None);
    }
}
