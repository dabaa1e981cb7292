use super::handler::Handler;
use crate::{CloudEvent, Topic};
use async_trait::async_trait;
use factum_core::{
    Category, CheckpointKey, EventEnum as _, EventId, EventType, Invalid, NewEvent, Projection, Query,
    QueryItem, Recorded, StreamId,
    projection::{Lanes, Pieces, Project, ProjectionError, Recent},
    sink::{Sink, WorkError},
};
use factum_macros::Event;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::{fmt, marker::PhantomData, sync::Arc};

/// A message that a consumer could not handle at once, as it is kept in the log of the consumer's own store: in the stream
/// `{consumer}_letters-{key}`.
#[derive(Clone, Debug, Event, Serialize, Deserialize)]
#[event(name = "factum.letter", crate = "factum_core")]
#[non_exhaustive]
pub struct Letter {
    /// Under which topic it was published.
    pub topic: Topic,
    /// Why it could not be handled; `None` if it only follows one of its key that could not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The message, in the JSON format of CloudEvents.
    pub message: Box<RawValue>,
}

/// Letters as events of a projection.
#[derive(Clone, Debug, Event)]
#[event(crate = "factum_core")]
pub enum LetterEvent {
    /// One of them.
    Letter(Letter),
}

impl Letter {
    /// The event that keeps it; the same one however often it is made.
    pub(super) fn of(
        consumer: &str,
        lane: &str,
        topic: &Topic,
        message: &CloudEvent,
        error: Option<String>,
    ) -> Result<NewEvent, WorkError> {
        let json = message.to_json();
        let message_json = RawValue::from_string(String::from_utf8(json.to_vec())?)?;
        let letter = Self { topic: topic.clone(), error, message: message_json };
        let record = message.to_recorded()?;
        let name = format!("{consumer}\n{}", record.id);
        let id = EventId(uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, name.as_bytes()));
        Ok(NewEvent::of(stream(consumer, lane)?, &letter)?.with_id(id).with_metadata(record.metadata))
    }

    /// The message.
    ///
    /// # Errors
    /// When it cannot be read, although it could be when it was written.
    pub fn message(&self) -> Result<CloudEvent, crate::cloud_event::CloudEventError> {
        CloudEvent::from_json(self.message.get().as_bytes())
    }
}

/// The stream of the letters of one key.
pub(super) fn stream(consumer: &str, lane: &str) -> Result<StreamId, Invalid> {
    let category = category(consumer)?;
    StreamId::new(category.as_str(), lane).or_else(|_| {
        let name = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, lane.as_bytes());
        StreamId::new(category.as_str(), &name.to_string())
    })
}

fn category(consumer: &str) -> Result<Category, Invalid> {
    Category::new(format!("{consumer}_letters"))
}

/// The letters of a consumer, of all keys.
pub(super) fn query(consumer: &str) -> Query {
    let category =
        category(consumer).expect("the name of a projection and a few letters more are a category");
    QueryItem::types([EventType::from_static(<Letter as factum_core::Event>::TYPE)]).category(category).into()
}

/// Handles the letters of a consumer, as a projection: in order by key, with a quarantine.
pub struct Letters<H, K> {
    handler: Arc<H>,
    /// Its consumer is in whose name messages are received.
    inbox: CheckpointKey,
    sink: PhantomData<fn() -> K>,
}

impl<H, K> Letters<H, K> {
    pub(super) const fn new(handler: Arc<H>, inbox: CheckpointKey) -> Self {
        Self { handler, inbox, sink: PhantomData }
    }
}

impl<K: Sink, H: Handler<K>> Projection for Letters<H, K> {
    type Event = LetterEvent;
    const NAME: &'static str = H::NAME;
    const VERSION: u32 = H::VERSION;

    fn query(&self) -> Query {
        query(H::NAME)
    }
}

#[async_trait]
impl<K: Sink, H: Handler<K>> Project<K> for Letters<H, K> {
    fn most(&self) -> Option<usize> {
        Some(100)
    }

    async fn project(&self, sink: &K, events: &[Recorded<LetterEvent>]) -> Result<K::Work, ProjectionError> {
        for event in events {
            self.handle(sink, event).await?;
        }
        Ok(K::Work::default())
    }

    async fn project_next(
        &self,
        sink: &K,
        events: &mut dyn Pieces<LetterEvent>,
        _: &mut Recent,
        lanes: &Lanes,
    ) -> Result<K::Work, ProjectionError> {
        loop {
            let piece = events.next().await;
            if piece.is_empty() {
                return Ok(K::Work::default());
            }
            for event in piece.iter() {
                if let Err(error) = self.handle(sink, event).await {
                    // What was done before it is done.
                    lanes.end_before(event.position(), error);
                    return Ok(K::Work::default());
                }
            }
        }
    }
}

impl<K: Sink, H: Handler<K>> Letters<H, K> {
    async fn handle(&self, sink: &K, event: &Recorded<LetterEvent>) -> Result<(), ProjectionError> {
        let LetterEvent::Letter(letter) = &event.event;
        let handled = super::listening::catching(async {
            let record = letter.message().and_then(|message| message.to_recorded());
            let record = record.map_err(ProjectionError::work)?;
            if !H::Event::TYPES.iter().any(|of| of.name() == record.event_type.as_str()) {
                // It was one when the letter was written.
                return Err(ProjectionError::work(format!("{} is not handled any more", record.event_type)));
            }
            self.handler.handle(sink, &self.inbox, &[record.decode()?]).await
        });
        handled.await.map_err(|error| match error {
            error @ ProjectionError::Store(_) => error,
            error => ProjectionError::of_event(event.position(), event.stream().clone(), error),
        })
    }
}

impl<H, K> fmt::Debug for Letters<H, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letters").field("consumer", &self.inbox.consumer).finish_non_exhaustive()
    }
}
