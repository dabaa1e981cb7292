use super::name::ordering_key;
use crate::{
    CloudEvent, Topic,
    cloud_event::{Binding, media_type},
    transport::{Outgoing, TransportError},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The attribute that holds the topic.
pub(super) const TOPIC: &str = "topic";
const CONTENT_TYPE: &str = "content-type";

/// Google takes so many attributes, with names and values of so many bytes, and so many bytes in all.
const ATTRIBUTES: usize = 100;
const NAME_BYTES: usize = 256;
const VALUE_BYTES: usize = 1_024;
const MESSAGE_BYTES: usize = 10_000_000;

/// A message as it is on the wire.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Message {
    /// As Base64.
    pub(super) data: String,
    pub(super) attributes: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) ordering_key: String,
    /// Given by the server.
    #[serde(skip_serializing)]
    pub(super) message_id: String,
}

/// An event as a message in binary mode; in structured mode if its attributes are too long for that.
pub(super) fn write(outgoing: &Outgoing) -> Result<Message, TransportError> {
    let refused = |why: String| Err(TransportError::new("writing a message of Pub/Sub", why));
    let topic = outgoing.topic.as_str();
    if topic.len() > VALUE_BYTES {
        return refused(format!("its topic has {} bytes, the limit is {VALUE_BYTES}", topic.len()));
    }
    let (attributes, content_type, mut data) = outgoing.event.to_binary(Binding::GooglePubsub);
    let mut attributes: BTreeMap<_, _> = attributes.into_iter().collect();
    attributes.extend(content_type.map(|content_type| (CONTENT_TYPE.to_owned(), content_type)));
    let fits = |(name, value): (&String, &String)| name.len() <= NAME_BYTES && value.len() <= VALUE_BYTES;
    if attributes.len() >= ATTRIBUTES || !attributes.iter().all(fits) {
        attributes = BTreeMap::from([(CONTENT_TYPE.to_owned(), media_type::EVENT.to_owned())]);
        data = outgoing.event.to_json();
    }
    attributes.insert(TOPIC.to_owned(), topic.to_owned());
    let ordering_key = ordering_key(&outgoing.key);
    let of_attributes: usize = attributes.iter().map(|(name, value)| name.len() + value.len()).sum();
    let bytes = data.len() + of_attributes + ordering_key.len();
    if bytes > MESSAGE_BYTES {
        return refused(format!("it has {bytes} bytes, the limit is {MESSAGE_BYTES}"));
    }
    Ok(Message { data: STANDARD.encode(data), attributes, ordering_key, message_id: String::new() })
}

/// The event of a message in any mode, and its topic: the attribute, or, if others have published it without, its type.
pub(super) fn read(
    message: &Message,
) -> Result<(Topic, CloudEvent), Box<dyn std::error::Error + Send + Sync>> {
    let data = STANDARD.decode(&message.data).map(Bytes::from)?;
    let attributes = message.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let content_type = message.attributes.get(CONTENT_TYPE).map(String::as_str);
    let event = CloudEvent::from_message(Binding::GooglePubsub, content_type, attributes, data)?;
    let topic = message.attributes.get(TOPIC).unwrap_or(&event.event_type).parse()?;
    Ok((topic, event))
}

#[cfg(test)]
mod tests {
    use super::{Message, read, write};
    use crate::{CloudEvent, transport::Outgoing};

    fn outgoing(event: CloudEvent) -> Outgoing {
        Outgoing::new("order.7".parse().unwrap(), "order-7", event)
    }

    fn event() -> CloudEvent {
        let event = CloudEvent::new("a 1", "/shop", "order.paid").unwrap();
        event
            .with_subject("größe\u{2028}7 100%")
            .unwrap()
            .with_content_type("text/plain")
            .unwrap()
            .with_data("30")
    }

    #[test]
    fn an_event_is_in_binary_mode_and_comes_back() {
        let message = write(&outgoing(event())).unwrap();
        let attributes = &message.attributes;
        for (name, value) in [
            ("ce-id", "a 1"),
            ("ce-specversion", "1.0"),
            ("ce-subject", "größe\u{2028}7 100%"),
            ("content-type", "text/plain"),
            ("topic", "order.7"),
        ] {
            assert_eq!(attributes[name], value);
        }
        assert_eq!((message.data.as_str(), message.ordering_key.as_str()), ("MzA=", "order-7"));
        assert_eq!(read(&message).unwrap(), ("order.7".parse().unwrap(), event()));
    }

    #[test]
    fn what_does_not_fit_in_attributes_is_in_structured_mode() {
        let long = event().with_subject("x".repeat(1_025)).unwrap();
        let message = write(&outgoing(long.clone())).unwrap();
        assert_eq!(message.attributes["content-type"], "application/cloudevents+json");
        assert_eq!(message.attributes.len(), 2);
        assert_eq!(read(&message).unwrap(), ("order.7".parse().unwrap(), long));

        let mut many = event();
        for n in 0..99 {
            many = many.with_extension(format!("x{n}"), "1").unwrap();
        }
        assert_eq!(write(&outgoing(many)).unwrap().attributes.len(), 2);
    }

    #[test]
    fn what_others_publish_is_under_its_type() {
        let mut message = write(&outgoing(event())).unwrap();
        message.attributes.remove("topic");
        message.attributes.remove("content-type");
        message.attributes.insert("ce-datacontenttype".to_owned(), "text/plain".to_owned());
        assert_eq!(read(&message).unwrap(), ("order.paid".parse().unwrap(), event()));
        assert!(read(&Message::default()).is_err());
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let large = event().with_data(vec![b'x'; 10_000_000]);
        assert!(write(&outgoing(large)).is_err());
        let long = Outgoing::new("x".repeat(1_025).parse().unwrap(), "k", event());
        assert!(write(&long).is_err());
    }
}
