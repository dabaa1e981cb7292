use crate::{
    CloudEvent,
    cloud_event::{Binding, CloudEventError},
};
use bytes::Bytes;
use rumqttc::v5::mqttbytes::v5::{Publish, PublishProperties};

/// An event in binary mode: its attributes are user properties.
pub(super) fn write(event: &CloudEvent) -> (PublishProperties, Bytes) {
    let (user_properties, content_type, data) = event.to_binary(Binding::Mqtt);
    (PublishProperties { user_properties, content_type, ..PublishProperties::default() }, data)
}

/// The event of a message in any mode.
pub(super) fn read(publish: &Publish) -> Result<CloudEvent, CloudEventError> {
    let properties = publish.properties.as_ref();
    let content_type = properties.and_then(|properties| properties.content_type.as_deref());
    let user = properties.into_iter().flat_map(|properties| &properties.user_properties);
    let user = user.map(|(name, value)| (name.as_str(), value.as_str()));
    CloudEvent::from_message(Binding::Mqtt, content_type, user, publish.payload.clone())
}

/// Whether it says that a retained message is there no more.
pub(super) fn is_empty(publish: &Publish) -> bool {
    let has_properties = publish.properties.as_ref().is_some_and(|of| !of.user_properties.is_empty());
    publish.payload.is_empty() && !has_properties
}

#[cfg(test)]
mod tests {
    use super::{is_empty, read, write};
    use crate::CloudEvent;
    use rumqttc::v5::mqttbytes::{QoS, v5::Publish};

    fn event() -> CloudEvent {
        let event = CloudEvent::new("a 1", "/shop", "order.paid").unwrap();
        event.with_subject("größe 7").unwrap()
    }

    #[test]
    fn an_event_comes_back() {
        let (properties, data) = write(&event());
        let publish = Publish::new("a", QoS::AtLeastOnce, data, Some(properties));
        assert_eq!(read(&publish).unwrap(), event());
        assert!(!is_empty(&publish), "an event may have no data");
    }

    #[test]
    fn structured_mode_is_read() {
        let publish = Publish::new("a", QoS::AtLeastOnce, event().to_json(), None);
        assert_eq!(read(&publish).unwrap(), event());
        assert!(is_empty(&Publish::new("a", QoS::AtLeastOnce, "", None)));
        assert!(read(&Publish::new("a", QoS::AtLeastOnce, "what?", None)).is_err());
    }
}
