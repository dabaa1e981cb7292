//! MQTT 5: a [`Transport`](crate::Transport) over any broker of it, such as Mosquitto. Needs the feature `mqtt`.
//!
//! ```no_run
//! use factum_messaging::{Transport, mqtt::Mqtt, transport::Listen};
//! # async fn listens() -> Result<(), Box<dyn std::error::Error>> {
//! let mqtt = Mqtt::connect("mqtt://localhost").await?;
//! let mut feed = mqtt.listen(Listen::new("billing".parse()?, ["order.*.Placed".parse()?])).await?;
//! while let Some(message) = feed.next().await {
//!     let message = message?;
//!     println!("{}: {:?}", message.topic, message.event.data);
//!     message.ack().await?;
//! }
//! # Ok(()) }
//! ```
//!
//! # What is called what
//!
//! | here | in MQTT |
//! |---|---|
//! | topic `order.7.paid` | topic name `factum/order/7/paid`; `/`, `+`, `=` and a `$` in front are written `=2F`, `=2B`, `=3D` and `=24` |
//! | event | a message in binary mode ([binding]), with user properties; messages in structured mode are read too |
//! | consumer `billing` | a connection of its own, with the client id `factum/billing` and a session that the broker keeps |
//! | pattern `order.*.paid`, `order.#` | filter `factum/order/+/paid`, `factum/order/#` |
//! | pattern `order.#.paid` | filter `factum/order/#`; what does not match is acknowledged and left alone |
//! | prefetch | the [Receive Maximum], to which the feed keeps too |
//! | a state | a message that is [retained](MqttConfig::retained) |
//!
//! The [prefix](MqttConfig::prefix) `factum` may be another one, or none, for the topics of devices that know nothing of Factum.
//!
//! # Guarantees
//! - **Confirmed** is a message when the broker has acknowledged it (`PUBACK`, with [`Qos::ExactlyOnce`] `PUBCOMP`), also if nobody
//!   listens. With [`Qos::AtMostOnce`] there are no confirmations, and it is told when it has been written.
//! - **Kept for those who are away**, if they have listened before, for as long as their [session](MqttConfig::session_expiry) lives,
//!   and for as many messages as the broker keeps: Mosquitto drops what is more than `max_queued_messages`, 1000, and says nothing.
//!   Not with [`Qos::AtMostOnce`].
//! - **What is given back** waits here, in the feed, and comes again after its pause. It is not acknowledged meanwhile, so that it
//!   survives the end of this process; and it counts against what the broker sends at a time.
//! - **Acknowledged in order.** The broker hears of a message when those that it has sent before are settled or given back.
//! - **A message in hand** is not given a second time when the connection is lost, and its acknowledgement is said over the next one.
//! - **One feed for each consumer**, since two clients with one id disconnect each other: another one of this process takes over; one
//!   of another process does so for a moment at a time, and both are warned.
//!
//! # A broker that is killed
//! Mosquitto writes what it has confirmed to disk every 30 minutes (`autosave_interval`) and at its end, if `persistence` is on, and never
//! otherwise; killed, it forgets what it was told since. So the transport is not [durable](crate::transport::Capabilities::durable). Told
//! [how often the broker saves](MqttConfig::saves_every), it
//! - says to a [relay](crate::relay()) what is [saved](crate::transport::Saving), so that the rest is published again;
//! - lets whoever listens for the first time wait until the broker has saved that. A session that is there already is taken for saved.
//!
//! What is published without a relay is not published again, and acknowledgements that are forgotten bring messages again.
//!
//! # Where messages may be lost
//! - **What is rejected** is published under `{prefix}_dead/{consumer}/{topic}`, once at least, and then acknowledged. Whether anybody
//!   keeps it is decided by who listens there with a session; so no [dead letters](crate::transport::Capabilities::dead_letters) are
//!   promised.
//! - **Nothing was published before** a consumer listened first, but for states; there is nothing to
//!   [replay](crate::transport::Since::Beginning).
//!
//! # Those who share
//! With [`MqttConfig::shared`], consumers of one name share its messages (`$share/billing/factum/order/#`, [section 4.8.2]); Mosquitto
//! can do that from 2.0 on. Each of them is then a client of its own without a session: while none listens nothing is kept, and
//! what one has not settled when it ends may be lost, as the specification permits. Messages of one key come in order to each, and not over
//! all of them.
//!
//! # States
//! A topic that is [retained](MqttConfig::retained) has one last message, which whoever listens to it for the first time is given,
//! whether it [begins](crate::transport::Since) now or not. One without data is not kept, since that is what [clears](Mqtt::clear) a
//! topic.
//!
//! # Encryption
//! There is none yet: keep the broker on the same machine or network, or put a tunnel in between.
//!
//! [binding]: https://github.com/cloudevents/spec/blob/ce%40v1.0.2/cloudevents/bindings/mqtt-protocol-binding.md
//! [Receive Maximum]: https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901049
//! [section 4.8.2]: https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901250

mod config;
mod driver;
mod feed;
mod filter;
mod held;
mod message;
mod options;
mod publisher;
mod saves;
mod session;
mod settle;
mod topic;
mod transport;

pub use self::{
    config::{MqttConfig, Qos},
    transport::Mqtt,
};
