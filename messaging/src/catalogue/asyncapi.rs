use super::{Catalogue, entries::Entry};
use crate::cloud_event::extension;
use serde_json::{Map, Value, json};

/// Where the events are published, for the `servers` of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Broker {
    /// What it is called in the document.
    pub name: String,
    /// The host, and the port if it is not the usual one.
    pub host: String,
    /// The protocol, as AsyncAPI names it: `amqp`, `kafka`, `nats`, `mqtt`, `http`.
    pub protocol: String,
}

impl Broker {
    /// A broker.
    #[must_use]
    pub fn new(name: impl Into<String>, host: impl Into<String>, protocol: impl Into<String>) -> Self {
        Self { name: name.into(), host: host.into(), protocol: protocol.into() }
    }
}

impl Catalogue {
    /// The document: a channel for each category and type, an operation that sends to it, and a message whose payload has the
    /// newest shape of the type. `version` is that of the application.
    #[must_use]
    pub fn asyncapi(&self, title: &str, version: &str, brokers: &[Broker]) -> Value {
        let (mut channels, mut operations, mut messages, mut schemas) =
            (Map::new(), Map::new(), Map::new(), Map::new());
        for (of, entry) in &self.entries {
            let message_name = component(of);
            messages.insert(message_name.clone(), message(of, entry));
            if let Some((_, shape)) = entry.newest() {
                schemas.insert(message_name.clone(), shape.schema());
            }
            for category in entry.categories.keys() {
                let channel = component(&format!("{category}.{of}"));
                channels.insert(channel.clone(), self::channel(category, of, entry, &message_name));
                let reference = format!("#/channels/{channel}");
                let sent = json!({ "$ref": format!("{reference}/messages/{message_name}") });
                let operation = json!({
                    "action": "send",
                    "channel": { "$ref": reference },
                    "messages": [sent],
                });
                operations.insert(format!("publish.{channel}"), operation);
            }
        }
        schemas.insert(ATTRIBUTES.to_owned(), attributes());
        let mut document = json!({
            "asyncapi": "3.0.0",
            "info": {
                "title": title,
                "version": version,
                "description": "Each message is a CloudEvent 1.0. The payload is its data; its attributes are headers, or in structured mode \
                                the members of the JSON object around it.",
            },
            "defaultContentType": "application/json",
        });
        let servers = brokers.iter().map(|Broker { name, host, protocol }| {
            (component(name), json!({ "host": host, "protocol": protocol }))
        });
        let servers: Map<String, Value> = servers.collect();
        let parts = [("servers", servers), ("channels", channels), ("operations", operations)];
        for (name, part) in parts {
            if !part.is_empty() {
                document[name] = Value::Object(part);
            }
        }
        document["components"] = json!({ "messages": messages, "schemas": schemas });
        document
    }
}

/// The schema of the attributes; no type has a key that ends like this.
const ATTRIBUTES: &str = "attributes-";

fn channel(category: &str, of: &str, entry: &Entry, message: &str) -> Value {
    let mut channel = json!({
        "address": entry.topic.address(category, of),
        "title": format!("{of} of {category}"),
        "messages": { message: { "$ref": format!("#/components/messages/{message}") } },
    });
    if entry.topic.has_key() {
        let key = format!("Which {category}: the key of its stream, as one word.");
        channel["parameters"] = json!({ "key": { "description": key } });
    }
    channel
}

fn message(of: &str, entry: &Entry) -> Value {
    let mut message = json!({
        "name": of,
        "title": of,
        "contentType": "application/json",
        "headers": { "$ref": format!("#/components/schemas/{ATTRIBUTES}") },
        "payload": { "$ref": format!("#/components/schemas/{}", component(of)) },
        "correlationId": { "location": format!("$message.header#/{}", extension::CORRELATION_ID) },
    });
    if !entry.tags.is_empty() {
        let tags = entry.tags.iter().map(|tag| json!({ "name": tag }));
        message["tags"] = tags.collect();
    }
    if let Some((version, _)) = entry.newest().filter(|_| entry.versions.len() > 1) {
        let versions: Vec<_> = entry.versions.keys().map(u32::to_string).collect();
        let description = format!(
            "Version {version} of the payload; there are messages of versions {}.",
            versions.join(", ")
        );
        message["description"] = description.into();
    }
    message
}

/// What every message has beside its payload.
fn attributes() -> Value {
    let text = || json!({ "type": "string" });
    json!({
        "title": "Attributes of a CloudEvent",
        "type": "object",
        "required": ["id", "source", "specversion", "type"],
        "properties": {
            "id": { "type": "string", "description": "The same whenever the event is published again." },
            "source": { "type": "string", "format": "uri-reference" },
            "specversion": { "type": "string", "const": "1.0" },
            "type": text(),
            "subject": { "type": "string", "description": "The stream." },
            "time": { "type": "string", "format": "date-time" },
            "datacontenttype": text(),
            extension::PARTITION_KEY: { "type": "string", "description": "What the message is in order with: the stream." },
            extension::SEQUENCE: { "type": "string", "description": "The place of the event in its stream." },
            extension::SCHEMA_VERSION: { "type": "integer", "description": "The version of the payload." },
            extension::CORRELATION_ID: text(),
            extension::CAUSATION_ID: text(),
            extension::TRACE_PARENT: text(),
        },
    })
}

/// A name as a key of the document: of letters, digits, `.`, `-` and `_`. Names that differ stay different.
fn component(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' => key.push(char::from(byte)),
            byte => key.extend(format!("-{byte:02x}").chars()),
        }
    }
    key
}
