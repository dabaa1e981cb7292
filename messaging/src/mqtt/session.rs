use super::{
    config::{MqttConfig, Qos},
    driver::{Driven, is_refused},
    held::{Held, Key},
    message,
    publisher::Publisher,
    settle::MqttSettle,
    topic,
};
use crate::{
    TopicPattern,
    transport::{Settle as _, Settlement, TransportError},
};
use factum_core::Causes;
use rumqttc::{
    Outgoing,
    v5::{
        AsyncClient, ConnectionError, EventLoop,
        mqttbytes::{
            QoS,
            v5::{ConnAck, Filter, Packet, Publish, SubAck, SubscribeReasonCode},
        },
    },
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc::UnboundedSender, oneshot};

/// Messages of [`QoS::AtMostOnce`] wait for a feed in the memory of this process, since no prefetch holds them back. More than these
/// are dropped, as that permits.
const WAITING: usize = 10_000;

/// The connection of a feed: it receives what the session of a consumer has.
pub(super) struct Session {
    pub(super) config: MqttConfig,
    pub(super) client: AsyncClient,
    pub(super) publisher: Arc<Publisher>,
    pub(super) held: Arc<Mutex<Held>>,
    pub(super) patterns: Vec<TopicPattern>,
    pub(super) filters: Vec<Filter>,
    /// In whose name dead letters are published.
    pub(super) consumer: String,
    /// To the feed, which hands them out.
    pub(super) out: UnboundedSender<MqttSettle>,
    /// So many wait to be taken.
    pub(super) waiting: Arc<std::sync::atomic::AtomicUsize>,
    /// Who waits until it listens for the first time.
    pub(super) first: Option<oneshot::Sender<Result<Known, TransportError>>>,
    /// Whether the broker had the session when it was connected to last.
    pub(super) known: Known,
}

/// Whether a broker knew a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    New,
    Before,
}

const DOING: &str = "listening with MQTT";

impl Session {
    fn tell(&mut self, result: Result<(), TransportError>) {
        match (self.first.take(), result) {
            (Some(first), result) => drop(first.send(result.map(|()| self.known))),
            (None, Ok(())) => {}
            (None, Err(error)) => {
                tracing::warn!(consumer = self.consumer, error = ?error, "messages do not come in");
            }
        }
    }

    fn subscribed(&mut self, answer: &SubAck) {
        let refused =
            answer.return_codes.iter().find(|code| !matches!(code, SubscribeReasonCode::Success(_)));
        self.tell(match refused {
            None => Ok(()),
            Some(code) => Err(TransportError::new(DOING, format!("the broker says {code:?}"))),
        });
    }

    fn take(&mut self, publish: Publish) {
        let Some(key) = lock(&self.held).take(&publish) else { return };
        let name = String::from_utf8_lossy(&publish.topic).into_owned();
        let prefix = self.config.prefixed("");
        let found = name.strip_prefix(&prefix).and_then(topic::decode);
        let is_asked_for =
            |found: &_| self.patterns.iter().any(|pattern: &TopicPattern| pattern.matches(found));
        if found.as_ref().is_some_and(|found| !is_asked_for(found)) || message::is_empty(&publish) {
            // A filter is wider than the patterns, or is left from patterns of earlier; or a state is there no more.
            return lock(&self.held).settle(key);
        }
        if publish.qos == QoS::AtMostOnce
            && self.waiting.load(std::sync::atomic::Ordering::Relaxed) >= WAITING
        {
            return tracing::warn!(consumer = self.consumer, topic = name, "message is lost: too many wait");
        }
        let event = message::read(&publish);
        let attempt = if publish.dup { 2 } else { 1 };
        let settle = self.settle(key, publish);
        match (found, event) {
            (Some(topic), Ok(event)) => settle.give(topic, event, attempt),
            (found, event) => {
                let error = match event {
                    Err(error) if found.is_some() => Causes(&error).to_string(),
                    _ => "its topic is too long".to_owned(),
                };
                tracing::error!(consumer = self.consumer, topic = name, error, "message of MQTT is rejected");
                tokio::spawn(async move {
                    if let Err(error) = Box::new(settle).settle(Settlement::Rejected).await {
                        tracing::warn!(error = ?error, "message of MQTT that cannot be read will come again");
                    }
                });
            }
        }
    }

    fn settle(&self, key: Key, publish: Publish) -> MqttSettle {
        MqttSettle {
            held: Arc::clone(&self.held),
            publisher: Arc::clone(&self.publisher),
            key,
            publish,
            dead: format!("{}/{}", self.config.dead(), self.consumer),
            prefix: self.config.prefixed(""),
            out: self.out.clone(),
            waiting: Arc::clone(&self.waiting),
            message: None,
            room: None,
        }
    }
}

impl Driven for Session {
    fn connected(&mut self, events: &mut EventLoop, about: &ConnAck) {
        lock(&self.held).connected(about.session_present);
        if !about.session_present && self.first.is_none() && !self.config.shares {
            tracing::warn!(
                consumer = self.consumer,
                "the broker has forgotten the session, and what was kept in it"
            );
        }
        self.known = if about.session_present { Known::Before } else { Known::New };
        if about.session_present && self.config.qos == Qos::ExactlyOnce {
            remember(events);
        }
        // Also in a session that has them: they may be those of earlier patterns.
        if self.filters.is_empty() {
            return self.tell(Ok(()));
        }
        if self.client.try_subscribe_many(self.filters.clone()).is_err() {
            self.tell(Err(TransportError::unavailable(DOING, "the client has too much to do")));
        }
    }

    fn received(&mut self, packet: Packet) {
        match packet {
            Packet::Publish(publish) => self.take(publish),
            Packet::PubRel(release) => lock(&self.held).released(release.pkid),
            Packet::SubAck(answer) => self.subscribed(&answer),
            _ => {}
        }
    }

    fn sent(&mut self, _: &Outgoing) {}

    fn lost(&mut self, events: &mut EventLoop, error: &ConnectionError) {
        let mut held = lock(&self.held);
        held.lost();
        // What was not sent is not sent over the next connection: the broker has to send the messages again first.
        events.clean();
        events.pending.clear();
        drop(held);
        if self.first.is_some() {
            let why = error.to_string();
            self.tell(Err(match is_refused(error) {
                true => TransportError::new(DOING, why),
                false => TransportError::unavailable(DOING, why),
            }));
        }
    }
}

/// The client takes it for an error, and ends the connection, when the broker completes the exchange of a message of which the client
/// does not know that it was received: one of an earlier connection, or of a process before this one. So it is made to know all.
fn remember(events: &mut EventLoop) {
    for pkid in 1..=u16::MAX {
        let received = Publish { pkid, qos: QoS::ExactlyOnce, ..Publish::default() };
        if events.state.handle_incoming_packet(Packet::Publish(received)).is_ok() {
            // It would come out as a message.
            events.state.events.pop_back();
        }
    }
}

pub(super) fn lock(held: &Mutex<Held>) -> MutexGuard<'_, Held> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}
