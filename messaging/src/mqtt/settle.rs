use super::{
    held::{Held, Key},
    publisher::{Publisher, Sent},
    session::lock,
};
use crate::{
    CloudEvent, Topic,
    transport::{Incoming, PublishError, Settle, Settlement, TransportError},
};
use async_trait::async_trait;
use rumqttc::v5::mqttbytes::{QoS, v5::Publish};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, mpsc::UnboundedSender};

/// Before a message comes again that could not become a dead letter.
const PAUSE: Duration = Duration::from_secs(1);

/// How the handler of a message settles it. MQTT knows an acknowledgement and nothing else, and sends nothing again within a
/// connection; so what comes again is given again from here, and stays unacknowledged meanwhile.
pub(super) struct MqttSettle {
    pub(super) held: Arc<Mutex<Held>>,
    pub(super) publisher: Arc<Publisher>,
    pub(super) key: Key,
    /// As it has come.
    pub(super) publish: Publish,
    /// Below which topic it would be a dead letter.
    pub(super) dead: String,
    pub(super) prefix: String,
    pub(super) out: UnboundedSender<Self>,
    pub(super) waiting: Arc<AtomicUsize>,
    /// What it is, and how often it was given.
    pub(super) message: Option<(Topic, CloudEvent, u32)>,
    /// Held while it is in hand.
    pub(super) room: Option<OwnedSemaphorePermit>,
}

impl MqttSettle {
    /// Has it handed out, for the `attempt`th time.
    pub(super) fn give(mut self, topic: Topic, event: CloudEvent, attempt: u32) {
        (self.message, self.room) = (Some((topic, event, attempt)), None);
        let (out, waiting) = (self.out.clone(), Arc::clone(&self.waiting));
        waiting.fetch_add(1, Relaxed);
        // Without a feed the session has it still, and brings it to the next one.
        let _ = out.send(self);
    }

    /// As a message that takes `room`.
    pub(super) fn hand_out(mut self, room: OwnedSemaphorePermit) -> Option<Incoming> {
        let (topic, event, attempt) = self.message.clone()?;
        self.room = Some(room);
        Some(Incoming::new(topic, event, attempt, self))
    }

    fn again(mut self) {
        if let Some((topic, event, attempt)) = self.message.take() {
            self.give(topic, event, attempt.saturating_add(1));
        }
    }

    fn again_after(mut self, pause: Duration) {
        // It makes room for others meanwhile, as far as the broker lets it.
        self.room = None;
        lock(&self.held).give_back(self.key);
        if pause.is_zero() {
            return self.again();
        }
        tokio::spawn(async move {
            let out = self.out.clone();
            tokio::select! {
                () = out.closed() => {}
                () = tokio::time::sleep(pause) => self.again(),
            }
        });
    }

    /// Publishes it, as it has come, as a dead letter of its consumer.
    async fn bury(&self) -> Result<(), TransportError> {
        let name = String::from_utf8_lossy(&self.publish.topic);
        let name = format!("{}/{}", self.dead, name.strip_prefix(&self.prefix).unwrap_or(&name));
        let mut properties = self.publish.properties.clone().unwrap_or_default();
        // Those are of the way on which it has come.
        properties.topic_alias = None;
        properties.subscription_identifiers.clear();
        let (qos, data) = (QoS::AtLeastOnce, self.publish.payload.clone());
        let buried = self.publisher.send(Sent { name, qos, retain: false, data, properties }, None).await;
        buried.map_err(|error| match error {
            PublishError::Refused(error) | PublishError::Unavailable(error) => error,
            PublishError::Behind => TransportError::new("burying a message of MQTT", "it was not tried"),
        })
    }
}

#[async_trait]
impl Settle for MqttSettle {
    async fn settle(self: Box<Self>, settlement: Settlement) -> Result<(), TransportError> {
        if self.out.is_closed() {
            return Err(TransportError::closed("settling a message of MQTT"));
        }
        match settlement {
            Settlement::Acknowledged => lock(&self.held).settle(self.key),
            Settlement::Again(pause) => self.again_after(pause),
            Settlement::Rejected => match self.bury().await {
                Ok(()) => lock(&self.held).settle(self.key),
                Err(error) => {
                    self.again_after(PAUSE);
                    return Err(error);
                }
            },
        }
        Ok(())
    }

    fn dropped(self: Box<Self>) {
        lock(&self.held).give_back(self.key);
        self.again();
    }
}
