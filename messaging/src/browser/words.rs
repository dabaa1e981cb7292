//! What is said over a WebSocket.

use super::{Refusal, feed::Seen};
use crate::Topic;
use factum_core::Position;
use serde::{Deserialize, Serialize, de::IgnoredAny};
use serde_json::value::RawValue;

/// What a client says.
#[derive(Debug)]
pub(super) enum Said {
    Subscribe { topics: Vec<String>, after: Option<u64> },
    Unsubscribe,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    subscribe: Option<Vec<String>>,
    after: Option<u64>,
    unsubscribe: Option<IgnoredAny>,
}

impl Said {
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        let senseless = |why: String| Refusal::Senseless(why);
        let fields: Fields = serde_json::from_str(text).map_err(|why| senseless(why.to_string()))?;
        match fields {
            Fields { subscribe: Some(topics), after, unsubscribe: None } => {
                Ok(Self::Subscribe { topics, after })
            }
            Fields { subscribe: None, after: None, unsubscribe: Some(_) } => Ok(Self::Unsubscribe),
            _ => Err(senseless("say either subscribe, with or without after, or unsubscribe".to_owned())),
        }
    }
}

/// What a client is told.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Told<'a> {
    /// What comes after this position follows.
    Subscribed(Position),
    /// Nothing follows; everything up to here was seen.
    Unsubscribed(Position),
    /// Nothing has happened; everything up to here was seen.
    Reached(Position),
    /// What was said cannot be done.
    Error(&'a str),
    #[serde(untagged)]
    Event { position: Position, topic: &'a Topic, event: Box<RawValue> },
}

impl Told<'_> {
    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).expect("numbers, text and JSON can be written")
    }
}

impl Seen {
    pub(super) fn json(&self) -> String {
        let json = String::from_utf8(self.event.to_json().into()).expect("JSON is UTF-8");
        let event = RawValue::from_string(json).expect("an event is written as JSON");
        Told::Event { position: self.position, topic: &self.topic, event }.json()
    }
}
