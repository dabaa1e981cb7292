use super::{ContentMode, topology::short};
use crate::{
    CloudEvent, Topic,
    cloud_event::{Binding, media_type},
    transport::{Outgoing, TransportError},
};
use bytes::Bytes;
use factum_core::Causes;
use lapin::{
    BasicProperties,
    message::Delivery,
    types::{AMQPValue, FieldTable, LongString, ShortString},
};

/// Kept on the disk.
const PERSISTENT: u8 = 2;
const TRANSIENT: u8 = 1;
/// Under which topic a message was published that comes from a queue in which it has waited.
const TOPIC: &str = "x-factum-topic";
/// How often it had been delivered before it waited.
const ATTEMPTS: &str = "x-factum-attempts";
/// What the broker writes about the way that a message has taken.
const DEATHS: &str = "x-death";
const DELIVERIES: &str = "x-delivery-count";
/// What a field of a table takes beside its name and its text, and the properties beside the headers, at most.
const FIELD_BYTES: usize = 6;
const PROPERTIES_BYTES: usize = 1_100;

/// A message as the broker takes it.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    pub(super) key: ShortString,
    pub(super) properties: BasicProperties,
    pub(super) body: Bytes,
}

/// A message as it came.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) topic: Topic,
    pub(super) event: CloudEvent,
    pub(super) attempt: u32,
    /// To put it into a queue in which it waits.
    pub(super) properties: BasicProperties,
    pub(super) body: Bytes,
}

impl Letter {
    /// # Errors
    /// What has no room in a message.
    pub(super) fn of(outgoing: &Outgoing, mode: ContentMode) -> Result<Self, TransportError> {
        let key = short("routing key", outgoing.topic.as_str())?;
        Self::with(key, PERSISTENT, &outgoing.event, mode)
    }

    /// One that is gone when the broker is, since whoever waits for its answer has lost its connection too.
    pub(super) fn in_passing(
        key: ShortString,
        event: &CloudEvent,
        mode: ContentMode,
    ) -> Result<Self, TransportError> {
        Self::with(key, TRANSIENT, event, mode)
    }

    fn with(
        key: ShortString,
        delivery_mode: u8,
        event: &CloudEvent,
        mode: ContentMode,
    ) -> Result<Self, TransportError> {
        let mut properties = BasicProperties::default().with_delivery_mode(delivery_mode);
        // For others, who look at them; who reads the event does not need them. So what has no room is left out.
        if let Ok(id) = ShortString::try_new(&*event.id) {
            properties = properties.with_message_id(id);
        }
        if let Ok(event_type) = ShortString::try_new(&*event.event_type) {
            properties = properties.with_type(event_type);
        }
        if let Some(seconds) = event.time.and_then(|time| u64::try_from(time.timestamp()).ok()) {
            properties = properties.with_timestamp(seconds);
        }
        let (content_type, body) = match mode {
            ContentMode::Structured => (Some(media_type::EVENT.to_owned()), event.to_json()),
            ContentMode::Binary => {
                let (headers, content_type, data) = event.to_binary(Binding::Amqp);
                let mut table = FieldTable::default();
                for (name, value) in headers {
                    table.insert(short("header", &name)?, AMQPValue::LongString(value.into()));
                }
                properties = properties.with_headers(table);
                (content_type, data)
            }
        };
        if let Some(content_type) = content_type {
            properties = properties.with_content_type(short("content type", &content_type)?);
        }
        Ok(Self { key, properties, body })
    }

    /// The same message, to wait in a queue; under `key`.
    pub(super) fn waiting(received: &Waiting, key: ShortString) -> Self {
        let Waiting { topic, attempt, properties, body } = received;
        let mut table = FieldTable::default();
        for (name, value) in properties.headers().iter().flat_map(FieldTable::inner) {
            // The way up to here is past: the broker would take it for a message that goes in circles.
            if !name.as_str().contains("-death") && name.as_str() != DELIVERIES {
                table.insert(name.clone(), value.clone());
            }
        }
        table.insert(TOPIC.into(), AMQPValue::LongString(topic.as_str().into()));
        table.insert(ATTEMPTS.into(), AMQPValue::LongLongInt((*attempt).into()));
        // Its time is that of the queue.
        let properties = properties.clone().with_headers(table).with_delivery_mode(PERSISTENT);
        Self { key, properties, body: body.clone() }
    }

    /// How large the frame with its properties is, roughly and at most. The broker ends the connection over one that is too large.
    pub(super) fn header_bytes(&self) -> usize {
        let fields = self.properties.headers().iter().flat_map(FieldTable::inner);
        let bytes = fields.map(|(name, value)| match value {
            AMQPValue::LongString(text) => name.as_str().len() + text.len() + FIELD_BYTES,
            _ => name.as_str().len() + FIELD_BYTES + 16,
        });
        PROPERTIES_BYTES + bytes.sum::<usize>()
    }
}

/// What is kept of a message that may have to wait.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) topic: Topic,
    pub(super) attempt: u32,
    pub(super) properties: BasicProperties,
    pub(super) body: Bytes,
}

impl Received {
    /// # Errors
    /// Why it cannot be read.
    pub(super) fn of(delivery: &mut Delivery, queue: &ShortString) -> Result<Self, String> {
        let body = Bytes::from(std::mem::take(&mut delivery.data));
        let properties = std::mem::take(&mut delivery.properties);
        let headers = properties.headers().as_ref();
        let topic = topic(delivery, headers, queue);
        let topic =
            Topic::new(&topic).map_err(|why| format!("the routing key {topic:?} is no topic: {why}"))?;
        let event = event(&properties, body.clone())?;
        let attempt = attempt(headers, delivery.redelivered);
        Ok(Self { topic, event, attempt, properties, body })
    }
}

/// The event of a message.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn event(properties: &BasicProperties, body: Bytes) -> Result<CloudEvent, String> {
    let mut attributes = Vec::new();
    for (name, value) in properties.headers().iter().flat_map(FieldTable::inner) {
        // Those of others may be of any type.
        if name.as_str().starts_with("cloudEvents") {
            let value = plain(value).ok_or_else(|| format!("the header {name} is no text"))?;
            attributes.push((name.as_str(), value));
        }
    }
    let attributes = attributes.iter().map(|(name, value)| (*name, value.as_str()));
    let content_type = properties.content_type().as_ref().map(ShortString::as_str);
    let event = CloudEvent::from_message(Binding::Amqp, content_type, attributes, body);
    event.map_err(|error| Causes(&error).to_string())
}

/// What it was published under. A message that was put straight into the queue, by the broker after a pause or by an operator
/// who has taken it back from the dead letters, says it in a header.
fn topic(delivery: &Delivery, headers: Option<&FieldTable>, queue: &ShortString) -> String {
    let key = delivery.routing_key.as_str();
    let came_straight = delivery.exchange.as_str().is_empty() && key == queue.as_str();
    let before = || {
        let headers = headers.filter(|_| came_straight)?.inner();
        headers.get(TOPIC).and_then(plain).or_else(|| first_key(headers.get(DEATHS)?))
    };
    before().unwrap_or_else(|| key.to_owned())
}

/// The routing key that a message had before it was a dead letter for the first time.
fn first_key(deaths: &AMQPValue) -> Option<String> {
    let AMQPValue::FieldArray(deaths) = deaths else { return None };
    let AMQPValue::FieldTable(first) = deaths.as_slice().last()? else { return None };
    let AMQPValue::FieldArray(keys) = first.inner().get("routing-keys")? else { return None };
    keys.as_slice().first().and_then(plain)
}

/// Quorum queues count; from others it is only known whether it has come before.
fn attempt(headers: Option<&FieldTable>, is_redelivered: bool) -> u32 {
    let count = |name: &str| -> u32 {
        let count = headers.and_then(|headers| plain(headers.inner().get(name)?)?.parse::<u64>().ok());
        count.map_or(0, |count| u32::try_from(count).unwrap_or(u32::MAX))
    };
    let here = count(DELIVERIES).max(u32::from(is_redelivered));
    count(ATTEMPTS).saturating_add(here).saturating_add(1)
}

/// The value as text, as CloudEvents writes values of its types.
fn plain(value: &AMQPValue) -> Option<String> {
    match value {
        AMQPValue::LongString(text) => utf8(text),
        AMQPValue::ShortString(text) => Some(text.to_string()),
        AMQPValue::Boolean(value) => Some(value.to_string()),
        AMQPValue::ShortShortInt(value) => Some(value.to_string()),
        AMQPValue::ShortShortUInt(value) => Some(value.to_string()),
        AMQPValue::ShortInt(value) => Some(value.to_string()),
        AMQPValue::ShortUInt(value) => Some(value.to_string()),
        AMQPValue::LongInt(value) => Some(value.to_string()),
        AMQPValue::LongUInt(value) => Some(value.to_string()),
        AMQPValue::LongLongInt(value) => Some(value.to_string()),
        AMQPValue::Timestamp(seconds) => {
            let time = chrono::DateTime::from_timestamp(i64::try_from(*seconds).ok()?, 0)?;
            Some(time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
        }
        _ => None,
    }
}

fn utf8(text: &LongString) -> Option<String> {
    std::str::from_utf8(text.as_bytes()).ok().map(str::to_owned)
}
