use super::{
    MqttConfig,
    driver::{Driven, drive, is_refused},
    saves::Saves,
};
use crate::transport::{PublishError, TransportError};
use bytes::Bytes;
use rumqttc::{
    Outgoing,
    v5::{
        AsyncClient, ConnectionError, EventLoop,
        mqttbytes::{
            QoS,
            v5::{ConnAck, Packet, PubAckReason, PubRecReason, Publish, PublishProperties},
        },
    },
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::{Semaphore, oneshot};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

const DOING: &str = "publishing a message with MQTT";
/// Mosquitto ends the connection over more levels.
const LEVELS: usize = 200;
/// MQTT 5, section 1.5.4.
const NAME_BYTES: usize = 65_535;

/// The connection over which messages are published.
pub(super) struct Publisher {
    client: AsyncClient,
    state: Arc<Mutex<State>>,
    room: Semaphore,
    timeout: Duration,
    /// Before anything was published.
    opened: Instant,
}

/// Who waits for a confirmation.
struct Waiter {
    /// When the message was given to the client.
    since: Instant,
    confirmed: oneshot::Sender<Result<(), PublishError>>,
}

/// A message.
pub(super) struct Sent {
    pub(super) name: String,
    pub(super) qos: QoS,
    pub(super) retain: bool,
    pub(super) data: Bytes,
    pub(super) properties: PublishProperties,
}

/// What is on its way. Locked while a message is given to the client, so that both have them in the same order.
#[derive(Default)]
struct State {
    is_up: bool,
    /// How many connections there have been.
    connection: u64,
    /// What the broker has saved, if it does so later than it confirms.
    saves: Option<Saves>,
    /// When something was asked that has no other purpose than an answer, until that has come.
    asked: Option<Instant>,
    /// What the broker takes at most.
    max_packet: Option<u32>,
    /// Given to the client, and not written yet: the client says of the first one next which packet it is.
    unwritten: VecDeque<Waiter>,
    /// Written, by packet.
    unconfirmed: HashMap<u16, Waiter>,
}

const ANOTHER: &str = "that connection is lost";
/// What nobody has subscribed to: to be told so is an answer like any other.
const NOBODY: &str = "factum/nobody";
/// How often it is looked whether something is saved.
const LOOK: Duration = Duration::from_millis(100);

impl State {
    /// What was asked then is answered now.
    fn answered(&mut self, asked: Instant) {
        if let Some(saves) = &mut self.saves {
            saves.answered(asked, Instant::now());
        }
    }
}

/// What the loop of the client tells.
struct Confirming {
    state: Arc<Mutex<State>>,
    /// Who waits for the first connection.
    first: Option<oneshot::Sender<Result<(), TransportError>>>,
}

impl Publisher {
    pub(super) async fn open(
        config: &MqttConfig,
        ends: &CancellationToken,
        tasks: &TaskTracker,
    ) -> Result<Self, TransportError> {
        let (at_once, opened) = (config.at_once.get(), Instant::now());
        let (client, events) = AsyncClient::new(config.options(&config.client_id)?, 2 * at_once + 16);
        let saves = config.saves_every.map(Saves::every);
        let state = Arc::new(Mutex::new(State { saves, ..State::default() }));
        let (tell, first) = oneshot::channel();
        let confirming = Confirming { state: Arc::clone(&state), first: Some(tell) };
        let ends = ends.child_token();
        // Ends the loop unless the first attempt succeeds.
        let guard = ends.clone().drop_guard();
        tasks.spawn(drive(client.clone(), events, confirming, ends));
        let connected = tokio::time::timeout(config.confirm_timeout, first).await;
        match connected {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => return Err(error),
            Ok(Err(_)) => return Err(TransportError::closed("connecting to MQTT")),
            Err(elapsed) => return Err(TransportError::unavailable("connecting to MQTT", elapsed)),
        }
        guard.disarm();
        let room = Semaphore::new(at_once);
        Ok(Self { client, state, room, timeout: config.confirm_timeout, opened })
    }

    /// Sends a message, and waits until it is confirmed; with [`QoS::AtMostOnce`], until it is written. Over this connection and no
    /// other, if one is given.
    pub(super) async fn send(&self, message: Sent, over: Option<u64>) -> Result<(), PublishError> {
        let name = &message.name;
        if name.len() > NAME_BYTES || name.split('/').count() > LEVELS {
            let why = format!("its topic has more than {NAME_BYTES} bytes or {LEVELS} levels");
            return Err(PublishError::Refused(TransportError::new(DOING, why)));
        }
        // Never closed.
        let Ok(_room) = self.room.acquire().await else { return Err(PublishError::closed()) };
        let confirmed = self.give(message, over)?;
        match tokio::time::timeout(self.timeout, confirmed).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(PublishError::closed()),
            Err(_) => Err(unavailable(format!("it was not confirmed in {:?}", self.timeout))),
        }
    }

    fn give(
        &self,
        Sent { name, qos, retain, data, properties }: Sent,
        over: Option<u64>,
    ) -> Result<oneshot::Receiver<Result<(), PublishError>>, PublishError> {
        let mut state = lock(&self.state);
        if !state.is_up {
            // The client would keep it until it has a connection.
            return Err(unavailable("there is no connection"));
        }
        if over.is_some_and(|over| over != state.connection) {
            return Err(unavailable(ANOTHER));
        }
        let publish = Publish::new(name.clone(), qos, data.clone(), Some(properties.clone()));
        // With the packet's identifier, which it does not have yet.
        let size = publish.size() + 2;
        if let Some(most) = state.max_packet.filter(|most| size > *most as usize) {
            let why = format!("it is a packet of {size} bytes, and the broker takes {most}");
            return Err(PublishError::Refused(TransportError::new(DOING, why)));
        }
        let since = Instant::now();
        let given = self.client.try_publish_with_properties(name, qos, retain, data, properties);
        given.map_err(|_| unavailable("the client has too many messages"))?;
        let (confirmed, told) = oneshot::channel();
        state.unwritten.push_back(Waiter { since, confirmed });
        Ok(told)
    }

    /// The number of the connection that there is, or was.
    pub(super) fn connection(&self) -> u64 {
        lock(&self.state).connection
    }

    /// What was confirmed over a connection before this is saved.
    pub(super) fn saved(&self, connection: u64) -> Result<Instant, TransportError> {
        let mut state = lock(&self.state);
        if !state.is_up || state.connection != connection {
            return Err(TransportError::unavailable("learning what is saved with MQTT", ANOTHER));
        }
        let asked = Instant::now();
        if state.asked.is_none() && state.saves.as_ref().is_some_and(|saves| saves.is_silent(asked)) {
            // While nothing is published, nothing else would be answered.
            if self.client.try_unsubscribe(NOBODY).is_ok() {
                state.asked = Some(asked);
            }
        }
        Ok(state.saves.as_ref().and_then(Saves::saved).unwrap_or(self.opened))
    }

    /// Waits until what the broker was told before now is saved, unless the connection is lost meanwhile.
    pub(super) async fn wait_until_saved(&self, connection: u64) -> Result<(), TransportError> {
        let told = Instant::now();
        while self.saved(connection)? < told {
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }
}

impl Driven for Confirming {
    fn connected(&mut self, _: &mut EventLoop, about: &ConnAck) {
        let mut state = lock(&self.state);
        state.is_up = true;
        state.connection += 1;
        state.asked = None;
        if let Some(saves) = &mut state.saves {
            saves.begin();
        }
        state.max_packet = about.properties.as_ref().and_then(|properties| properties.max_packet_size);
        if let Some(first) = self.first.take() {
            let _ = first.send(Ok(()));
        }
    }

    fn received(&mut self, packet: Packet) {
        let (id, result) = match packet {
            Packet::PubAck(ack) => (ack.pkid, acknowledged(ack.reason)),
            Packet::PubRec(received) => match refused(received.reason) {
                // It is confirmed when the exchange is complete.
                Ok(()) => return,
                refused => (received.pkid, refused),
            },
            Packet::PubComp(complete) => (complete.pkid, Ok(())),
            Packet::UnsubAck(_) => {
                let mut state = lock(&self.state);
                if let Some(asked) = state.asked.take() {
                    state.answered(asked);
                }
                return;
            }
            _ => return,
        };
        let mut state = lock(&self.state);
        // There is none for what is left over from a connection that was lost.
        if let Some(waiter) = state.unconfirmed.remove(&id) {
            state.answered(waiter.since);
            let _ = waiter.confirmed.send(result);
        }
    }

    fn sent(&mut self, packet: &Outgoing) {
        let Outgoing::Publish(id) = packet else { return };
        let mut state = lock(&self.state);
        // None is about what is left over from a connection that was lost.
        let Some(waiter) = state.unwritten.pop_front() else { return };
        if *id == 0 {
            let _ = waiter.confirmed.send(Ok(()));
        } else {
            state.unconfirmed.insert(*id, waiter);
        }
    }

    fn lost(&mut self, events: &mut EventLoop, error: &ConnectionError) {
        let mut state = lock(&self.state);
        state.is_up = false;
        // Whoever published them is told, and tries again; the client must not, too. Nothing is given to it from here on.
        events.clean();
        events.pending.clear();
        // It would send nothing until this is acknowledged, which nobody will do.
        events.state.collision = None;
        let waiting: Vec<_> = state.unwritten.drain(..).collect();
        let waiting = waiting.into_iter().chain(state.unconfirmed.drain().map(|(_, waiter)| waiter));
        for waiter in waiting {
            let _ = waiter.confirmed.send(Err(unavailable("the connection is lost")));
        }
        if let Some(first) = self.first.take() {
            let (doing, why) = ("connecting to MQTT", error.to_string());
            let error = match is_refused(error) {
                true => TransportError::new(doing, why),
                false => TransportError::unavailable(doing, why),
            };
            let _ = first.send(Err(error));
        }
    }
}

/// What an acknowledgement means.
fn acknowledged(reason: PubAckReason) -> Result<(), PublishError> {
    let why = format!("the broker says {reason:?}");
    match reason {
        // Whether anybody listens is not for the publisher to know.
        PubAckReason::Success | PubAckReason::NoMatchingSubscribers => Ok(()),
        PubAckReason::NotAuthorized | PubAckReason::TopicNameInvalid | PubAckReason::PayloadFormatInvalid => {
            Err(PublishError::Refused(TransportError::new(DOING, why)))
        }
        _ => Err(unavailable(why)),
    }
}

fn refused(reason: PubRecReason) -> Result<(), PublishError> {
    acknowledged(match reason {
        PubRecReason::Success => PubAckReason::Success,
        PubRecReason::NoMatchingSubscribers => PubAckReason::NoMatchingSubscribers,
        PubRecReason::UnspecifiedError => PubAckReason::UnspecifiedError,
        PubRecReason::ImplementationSpecificError => PubAckReason::ImplementationSpecificError,
        PubRecReason::NotAuthorized => PubAckReason::NotAuthorized,
        PubRecReason::TopicNameInvalid => PubAckReason::TopicNameInvalid,
        PubRecReason::PacketIdentifierInUse => PubAckReason::PacketIdentifierInUse,
        PubRecReason::QuotaExceeded => PubAckReason::QuotaExceeded,
        PubRecReason::PayloadFormatInvalid => PubAckReason::PayloadFormatInvalid,
    })
}

fn unavailable(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> PublishError {
    PublishError::Unavailable(TransportError::unavailable(DOING, why))
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
