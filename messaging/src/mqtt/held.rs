use rumqttc::v5::{
    AsyncClient,
    mqttbytes::{QoS, v5::Publish},
};
use std::{
    collections::{HashMap, VecDeque},
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

/// What a session has brought that is not settled, and what is left to say of what is.
///
/// A broker knows a message by the identifier of its packet, which stays the same in the session, over all of its connections, until
/// the message is acknowledged. After a connection is lost it sends again what was not acknowledged, and an acknowledgement before
/// that would be of something that it does not know yet.
///
/// What has the same identifier need not be the same message. One that is held here may have been acknowledged meanwhile by another
/// client that has had the session; and a broker that was killed and has forgotten the last messages gives their identifiers to the
/// next ones. So it is looked at what the message is.
///
/// Messages are acknowledged in the order in which the broker has sent them, whatever the order is in which they are settled (MQTT 5,
/// 4.6.0-2). Some brokers count on it: in Mosquitto 2.0.11, when a message is acknowledged before as many others as may be under way at
/// a time, newer messages overtake those that are queued. One that is given back holds up no other, as long as they are fewer.
pub(super) struct Held {
    client: AsyncClient,
    is_up: bool,
    /// Those that the broker is to hear of. What is held of an earlier session is settled with nobody.
    packets: HashMap<u16, Packet>,
    /// Those that were sent over this connection, in that order, and of which the broker has not been told.
    order: VecDeque<Key>,
    /// How many may be under way at a time.
    most: usize,
    /// How many have been handed out.
    taken: u64,
    /// Those of [`QoS::ExactlyOnce`] of which the broker was told that they have been received, and which it has not released; and
    /// what they are.
    released: HashMap<u16, u64>,
}

struct Packet {
    key: Key,
    /// What it is.
    content: u64,
    is_sent: bool,
    is_settled: bool,
    /// Whether it was given back, and those after it are acknowledged before it.
    waits: bool,
    qos: QoS,
}

/// Whose message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    packet: u16,
    /// The how manieth message it is that was handed out.
    number: u64,
}

impl Held {
    pub(super) fn new(client: AsyncClient, most: usize) -> Self {
        let (packets, order, released) = Default::default();
        Self { client, is_up: false, packets, order, most, taken: 0, released }
    }

    pub(super) fn connected(&mut self, is_same_session: bool) {
        self.is_up = true;
        if !is_same_session {
            self.packets.clear();
            self.released.clear();
        }
    }

    pub(super) fn lost(&mut self) {
        self.is_up = false;
        self.order.clear();
        self.packets.values_mut().for_each(|packet| packet.is_sent = false);
    }

    /// A message has come in; its key if it is to be handed out, and is not in hand or done already.
    pub(super) fn take(&mut self, publish: &Publish) -> Option<Key> {
        let Publish { pkid, qos, .. } = *publish;
        let key = Key { packet: pkid, number: self.taken };
        if qos == QoS::AtMostOnce {
            return Some(key);
        }
        let content = content(publish);
        // Then the broker has not heard that it was received.
        let is_settled = self.released.remove(&pkid) == Some(content);
        let is_held = self.packets.get(&pkid).is_some_and(|packet| packet.content == content);
        if !is_held {
            self.taken += 1;
            let packet = Packet { key, content, is_sent: false, is_settled, waits: false, qos };
            self.packets.insert(pkid, packet);
        }
        if let Some(packet) = self.packets.get_mut(&pkid).filter(|_| self.is_up) {
            packet.is_sent = true;
            match packet.waits {
                true if packet.is_settled => self.finish(pkid),
                true => {}
                false => self.order.push_back(packet.key),
            }
        }
        self.tell();
        (!is_held && !is_settled).then_some(key)
    }

    /// A message has been settled, and the broker is to forget it.
    pub(super) fn settle(&mut self, key: Key) {
        let Some(packet) = self.packets.get_mut(&key.packet).filter(|packet| packet.key == key) else {
            return;
        };
        packet.is_settled = true;
        if self.is_up && packet.is_sent && packet.waits {
            self.finish(key.packet);
        }
        self.tell();
    }

    /// A message was given back, and is handed out again.
    pub(super) fn give_back(&mut self, key: Key) {
        let waiting = self.packets.values().filter(|packet| packet.waits).count();
        if let Some(packet) = self.packets.get_mut(&key.packet).filter(|packet| packet.key == key) {
            packet.waits |= waiting + 1 < self.most;
        }
        self.tell();
    }

    /// Acknowledges what there is to acknowledge next.
    fn tell(&mut self) {
        while let Some(key) = self.order.front().copied() {
            match self.packets.get(&key.packet).filter(|packet| packet.key == key) {
                Some(packet) if packet.waits => {}
                Some(packet) if packet.is_settled => self.finish(key.packet),
                Some(_) => return,
                None => {}
            }
            self.order.pop_front();
        }
    }

    /// The broker is done with a message of [`QoS::ExactlyOnce`].
    pub(super) fn released(&mut self, packet: u16) {
        self.released.remove(&packet);
    }

    fn finish(&mut self, packet: u16) {
        let Some(Packet { qos, content, .. }) = self.packets.remove(&packet) else { return };
        if qos == QoS::ExactlyOnce {
            self.released.insert(packet, content);
        }
        self.acknowledge(packet, qos);
    }

    fn acknowledge(&self, pkid: u16, qos: QoS) {
        // There is room for as many as can be held. While there is no connection, the broker sends the message again.
        if self.client.try_ack(&Publish { pkid, qos, ..Publish::default() }).is_err() {
            tracing::warn!("a message of MQTT could not be acknowledged, and comes again");
        }
    }
}

/// What a message is, wherever it comes from and however often.
fn content(publish: &Publish) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&publish.topic, &publish.payload).hash(&mut hasher);
    if let Some(properties) = &publish.properties {
        (&properties.user_properties, &properties.content_type).hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::Held;
    use rumqttc::v5::{
        AsyncClient, EventLoop, MqttOptions,
        mqttbytes::{QoS, v5::Publish},
    };

    fn held() -> (Held, EventLoop) {
        let (client, events) = AsyncClient::new(MqttOptions::new("reader", "localhost", 1), 10);
        let mut held = Held::new(client, 4);
        held.connected(true);
        (held, events)
    }

    fn message(pkid: u16, data: &'static str) -> Publish {
        Publish { pkid, ..Publish::new("a", QoS::AtLeastOnce, data, None) }
    }

    #[tokio::test]
    async fn what_comes_again_is_known_by_what_it_is() {
        let (mut held, _events) = held();
        let one = held.take(&message(7, "one")).expect("it is new");
        held.lost();
        held.connected(true);
        assert_eq!(held.take(&message(7, "one")), None, "it is in hand");
        held.settle(one);
        assert!(held.packets.is_empty());
        // The server has forgotten it, and gives the identifier to another one.
        let two = held.take(&message(7, "two")).expect("it is another one");
        held.lost();
        held.connected(true);
        let three = held.take(&message(7, "three")).expect("it is another one");
        held.settle(two);
        assert!(held.packets.contains_key(&7), "what is acknowledged is not what the server has");
        held.settle(three);
        assert!(held.packets.is_empty());
    }

    #[tokio::test]
    async fn messages_are_acknowledged_in_the_order_in_which_they_came() {
        let (mut held, _events) = held();
        let mut keys: Vec<_> =
            (1..=9).map(|pkid| held.take(&message(pkid, "a")).expect("it is new")).collect();
        let left = |held: &Held| {
            let mut left: Vec<_> = held.packets.keys().copied().collect();
            left.sort_unstable();
            left
        };
        held.settle(keys[2]);
        held.settle(keys[1]);
        assert_eq!(left(&held).len(), 9);
        held.settle(keys[0]);
        assert_eq!(left(&held), [4, 5, 6, 7, 8, 9]);
        // Those that are given back hold up nobody, but for the last one that might.
        keys[3..7].iter().for_each(|key| held.give_back(*key));
        held.settle(keys[7]);
        held.settle(keys[8]);
        assert_eq!(left(&held), [4, 5, 6, 7, 8, 9]);
        held.settle(keys[6]);
        assert_eq!(left(&held), [4, 5, 6]);
        held.settle(keys[4]);
        assert_eq!(left(&held), [4, 6]);
        // What comes again over another connection is in order with what comes with it.
        held.lost();
        held.settle(keys[5]);
        held.connected(true);
        keys.push(held.take(&message(5, "b")).expect("it is another one"));
        assert_eq!(held.take(&message(6, "a")), None);
        assert_eq!(left(&held), [4, 5]);
        assert_eq!(held.take(&message(4, "a")), None);
        held.settle(keys[3]);
        held.settle(keys[9]);
        assert!(held.packets.is_empty());
    }

    #[tokio::test]
    async fn what_was_settled_without_a_connection_is_acknowledged_when_it_comes_again() {
        let (mut held, _events) = held();
        let (one, two) = (held.take(&message(1, "one")), held.take(&message(2, "two")));
        held.lost();
        held.settle(one.expect("it is new"));
        held.settle(two.expect("it is new"));
        assert_eq!(held.packets.len(), 2);
        held.connected(true);
        assert_eq!(held.take(&message(1, "one")), None);
        assert!(held.take(&message(2, "three")).is_some(), "it is not the one that was settled");
        assert_eq!(held.packets.len(), 1);
        held.lost();
        held.connected(false);
        assert!(held.packets.is_empty());
    }
}
