//! What requests and replies look like.

use crate::{
    CloudEvent, Topic,
    cloud_event::{CloudEventError, extension},
};
use factum_core::{Invalid, Metadata, Receipt, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::time::Duration;

/// Until when somebody waits for the reply: [expiry time].
///
/// [expiry time]: https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/expirytime.md
const EXPIRY_TIME: &str = "expirytime";
/// The idempotency key of a command.
pub(super) const IDEMPOTENCY_KEY: &str = "idempotencykey";

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Command,
    Query,
}

impl Kind {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Query => "query",
        }
    }

    pub(super) fn topic(self, service: &str, name: &str) -> Result<Topic, Invalid> {
        Topic::from_words([self.word(), service, name])
    }
}

/// What has become of a request.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reply {
    /// A command had its effect.
    Committed { receipt: Receipt, repeated: bool },
    /// The answer to a question.
    Answer(Box<RawValue>),
    /// The domain refuses a command.
    Rejected(Box<RawValue>),
    /// Nothing was written.
    Refused { kind: String, message: String },
    /// Something was out of order.
    Failed { kind: String, message: String },
    /// Nobody there knows it.
    NotServed { name: String },
}

/// A request, but for the time until which somebody waits.
pub(super) fn request<T: Serialize>(
    name: &str,
    service: &str,
    body: &T,
    metadata: &Metadata,
) -> Result<CloudEvent, Box<dyn std::error::Error + Send + Sync>> {
    let data = serde_json::to_vec(body)?;
    let mut event = json(&uuid::Uuid::now_v7().to_string(), &format!("/to/{service}"), name, data)?;
    let texts = [
        (extension::CORRELATION_ID, metadata.correlation_id.map(|id| id.to_string())),
        (extension::CAUSATION_ID, metadata.causation_id.map(|id| id.to_string())),
        (extension::ACTOR, metadata.actor.clone()),
        (extension::TENANT, metadata.tenant.clone()),
        (extension::TRACE_PARENT, metadata.traceparent.clone()),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            event = event.with_extension(name, text)?;
        }
    }
    Ok(event)
}

pub(super) fn expiring(event: CloudEvent, patience: Duration) -> Result<CloudEvent, CloudEventError> {
    let until = factum_core::store::now() + patience;
    event.with_extension(EXPIRY_TIME, until.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
}

/// How long somebody still waits; `None` if it is not said, zero if nobody does any more.
pub(super) fn remaining(event: &CloudEvent) -> Option<Duration> {
    let until = event.extension(EXPIRY_TIME)?.as_text()?;
    let until: Timestamp = chrono::DateTime::parse_from_rfc3339(until).ok()?.into();
    Some((until - factum_core::store::now()).to_std().unwrap_or_default())
}

/// The reply to a request.
pub(super) fn reply(to: &CloudEvent, reply: &Reply) -> CloudEvent {
    let data = serde_json::to_vec(reply).expect("a reply can be written as JSON");
    let event = json(&format!("{}-reply", to.id), "/reply", "factum.reply", data);
    let event = event.and_then(|event| event.with_extension(extension::CAUSATION_ID, to.id.clone()));
    event.expect("the id of an event that was read is one that can be written")
}

fn json(id: &str, source: &str, of: &str, data: Vec<u8>) -> Result<CloudEvent, CloudEventError> {
    Ok(CloudEvent::new(id, source, of)?.with_content_type("application/json")?.with_data(data))
}
