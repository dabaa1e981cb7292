//! NATS: a [`Transport`](crate::Transport) over `JetStream`. Needs the feature `nats`.
//!
//! Messages are kept in one stream, which is made if it is not there. Consumers are durable pull consumers of that stream.
//!
//! ```no_run
//! use factum_messaging::{Transport, nats::Nats, transport::Listen};
//! # async fn listens() -> Result<(), Box<dyn std::error::Error>> {
//! let nats = Nats::connect("nats://localhost:4222").await?;
//! let mut feed = nats.listen(Listen::new("billing".parse()?, ["order.*.Placed".parse()?])).await?;
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
//! | here | in NATS |
//! |---|---|
//! | all messages | the stream `factum`, with the subjects `factum.>`; both names are [configured](NatsConfig) |
//! | topic `order.7.paid` | subject `factum.order.7.paid`; a space, `>` and `=` are written `=20`, `=3E` and `=3D` |
//! | event | a message in binary mode ([binding]); messages in structured mode are read too |
//! | consumer `billing.eu` | durable consumer `billing=2Eeu`: what is no letter, digit, `-` or `_` is written so |
//! | consumer `billing` that is listened to [alone](crate::transport::Listen::alone) | durable consumers `billing==1`, `billing==2`, …, each of which takes the place of the one before |
//! | pattern `order.*.paid` | filter subject `factum.order.*.paid` |
//! | pattern `order.#` | filter subjects `factum.order` and `factum.order.>` |
//! | pattern `order.#.paid` | filter subject `factum.order.>`; what does not match is acknowledged and left alone |
//! | request under `command.bank.Deposit` | NATS itself, without `JetStream`: subject `factum_requests.command.bank.Deposit`, and an inbox for the reply |
//! | those who serve as `bank` | the queue group `bank` |
//! | what `billing.eu` rejects | the stream `factum_dead`, under `factum_dead.billing=2Eeu.order.7.paid`, with its headers and bytes as they came |
//!
//! **Servers before 2.10** take one filter subject, so that a consumer with several patterns receives what passes the narrowest one
//! that covers all of them (`*.*.Paid` and `*.*.Sent`: `factum.*.*.*`; for `order.#` it is `factum.>`), and leaves alone what matches
//! none. When such a server is to change the patterns of a consumer, the consumer is made anew, from the oldest message that it has not
//! acknowledged; what it has acknowledged after that comes again.
//!
//! # Guarantees
//! - **Confirmed** is what the stream has, by its acknowledgement ([`Nats-Expected-Stream`] makes it that of this stream). When none
//!   comes within [5 seconds](NatsConfig::confirm_timeout), when the connection is lost, or while there is none, the message is not
//!   known to be published, and said so at once where that is known.
//! - **Once in the stream**, if it is published again within [2 minutes](NatsConfig::duplicate_window): a message has an id
//!   ([`Nats-Msg-Id`]) made of its event's `source` and `id`, its topic and its data.
//! - **In order by key**, as everywhere. For one who listens alone also when the connection is lost, or the server dies: what was
//!   on its way comes again then, before anything newer. Others get it when `ack_wait` is over.
//! - **Prefetch** is the room of each feed, by how many messages it asks the server for; those that were given back with a pause take
//!   none.
//! - **A message in hand** is not delivered to others, however long it takes: the server is told that it is being worked on
//!   (`+WPI`) three times in each [`ack_wait`](NatsConfig::ack_wait), 30 seconds. That is also after how long the messages of a process
//!   that has died come again. A feed that is dropped, or ended by [`close`](crate::Transport::close), gives its messages back at once.
//! - **An acknowledgement** is on its way when [`ack`](crate::transport::Incoming::ack) returns, and the server does not confirm it
//!   unless [asked to](NatsConfig::confirm_acks). At least once permits that: one that is lost has the message delivered again.
//! - **Rejected** is a message when the stream of dead letters has confirmed it; only then is it [terminated].
//! - **A connection that is lost** is made again, and feeds go on. A consumer or a stream that somebody has deleted is made again.
//!
//! # Requests
//! - That nobody serves a subject, the server says at once. No stream may have the subjects `factum_requests.>`: it would answer.
//! - The server picks one of those who serve, at random. What has come to one who ends, and was not handed out, is sent once
//!   more, so that another one gets it.
//! - What one who dies has in hand is lost. Whoever has asked waits for as long as it said, and asks again.
//!
//! # What is refused
//! A message that is larger, with its headers, than the server's `max_payload` (1 MiB by default), or than the stream permits; and a
//! topic whose subject does not fit in a [line](NatsConfig::max_control_line) that the server reads, 3,968 bytes by default.
//!
//! # Where messages may be lost
//! - **When a machine loses power.** By default a server confirms messages that are in the cache of its operating system, and writes
//!   them to disk within `sync_interval`, [2 minutes]. Killing the server loses nothing; power that fails on all replicas at a time, or
//!   on one without replicas, loses what was confirmed last, and [Jepsen] has seen streams of NATS 2.12.1 lose more than that. Set
//!   `sync_interval: always` in the section `jetstream` of the server's configuration, and say
//!   [`fsync_is_always`](NatsConfig::fsync_is_always). Clients cannot see the setting, so without that, connecting warns.
//! - **When the stream is full or old**, if it has [limits](NatsConfig::max_bytes), whether or not all consumers have had the message.
//! - **When somebody deletes the stream.**
//!
//! [binding]: https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/nats-protocol-binding.md
//! [`Nats-Expected-Stream`]: https://docs.nats.io/nats-concepts/jetstream/headers
//! [`Nats-Msg-Id`]: https://docs.nats.io/nats-concepts/jetstream/headers
//! [terminated]: https://docs.nats.io/using-nats/developer/develop_jetstream/consumers#acknowledgement-models
//! [2 minutes]: https://docs.nats.io/running-a-nats-service/configuration#jetstream
//! [Jepsen]: https://jepsen.io/analyses/nats-2.12.1

mod config;
mod connection;
mod consumer;
mod dead_letter;
mod feed;
mod filter;
mod message;
mod name;
mod publish;
mod pulling;
mod remote;
mod requests;
mod settle;
mod stream;
mod subject;
mod succession;
mod transport;

pub use self::{config::NatsConfig, transport::Nats};
