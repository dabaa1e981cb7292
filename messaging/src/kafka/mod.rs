//! Kafka. With the feature `kafka`.
//!
//! ```no_run
//! use factum_messaging::{Transport, kafka::Kafka, transport::Listen};
//! # async fn listens() -> Result<(), Box<dyn std::error::Error>> {
//! let kafka = Kafka::connect("localhost:9092").await?;
//! let mut feed = kafka.listen(Listen::new("billing".parse()?, ["order.*.Placed".parse()?])).await?;
//! while let Some(message) = feed.next().await {
//!     let message = message?;
//!     println!("{}: {:?}", message.topic, message.event.data);
//!     message.ack().await?;
//! }
//! # Ok(()) }
//! ```
//!
//! Its client is librdkafka, in C, which is built along: that needs a C and a C++ compiler, `make` and `bash`, and no library.
//!
//! # What is called what
//!
//! | here | in Kafka |
//! |---|---|
//! | all messages | one topic, `factum`, with 12 partitions; [configured](KafkaConfig) |
//! | topic `order.7.paid` | the header `factum_topic`; a record without it is under the type of its event |
//! | key | the record's key, of which the partition is made as clients for the JVM make it (murmur2) |
//! | event | a record in binary mode ([binding]); records in structured mode are read too |
//! | consumer `billing` | the group `factum.billing`, of members that share partitions (`cooperative-sticky`) |
//! | consumer `billing` that is listened to [alone](crate::transport::Listen::alone) | the group `factum.billing`, without members: whoever listens has all partitions at once, and commits offsets in the group's name |
//! | pattern `order.*.paid` | what does not match comes in, and is passed over |
//! | what `billing` rejects | the topic `factum.dead`, with its key, headers and bytes as they came, and `factum_dead_consumer` and `factum_dead_place` beside them |
//!
//! # Why one topic
//! Kafka keeps an order within a partition, and none between topics. With a topic of Kafka for each kind of event, `Placed` and `Paid` of
//! one order would come in any order. So a service publishes into one topic, under the key of what is to be in order; what a
//! consumer has not asked for, it passes over. Where that is too much to pass over, [`topic_of`](KafkaConfig::topic_of) keeps what begins
//! with a word, which is the category of a stream, in a topic of its own. The events of a stream stay together then, too.
//!
//! Whoever reads what another service publishes connects with the name of that one's topic: `KafkaConfig::new(url).topic("shop")`.
//!
//! # Guarantees
//! - **Confirmed** is what all replicas in sync have (`acks=all`), by an idempotent producer, so that what the client sends again is
//!   there once. When nothing is confirmed within [5 seconds](KafkaConfig::confirm_timeout) the message is not known to be
//!   published; while no broker is reached, that is said after half a second.
//! - **In order by key**, as everywhere. What the client had sent and given up can come in no later than what is published after it: a
//!   broker takes no more from a producer that has begun a new epoch.
//! - **Offsets** are committed past messages all of which are settled, and no other way. One that waits for its
//!   [pause](crate::transport::Incoming::nack) holds up nobody; but what was settled behind it comes again when the process ends
//!   before it is settled, since Kafka remembers one number for each partition.
//! - **An acknowledgement** is told to the broker by a thread of the feed, some milliseconds after it returns, or
//!   [before that](KafkaConfig::confirm_acks). One that is not heard is told again.
//! - **Delivered again** is a message by the process itself, which keeps it; Kafka knows nothing of that.
//!   [`attempt`](crate::transport::Incoming::attempt) counts from 1 in every process.
//! - **A partition that moves** to another member moves when what is in hand of it is settled, or after
//!   [5 seconds](KafkaConfig::handover).
//! - **Prefetch** bounds what is in hand. What is fetched beyond that, some messages and 16 MiB for each feed and as much in the client,
//!   is in memory.
//! - **Rejected** is a message when the topic of dead letters has confirmed it. That topic is made when it is needed first.
//! - **A consumer that is new** is given its place by [`listen`](crate::Transport::listen) and [`prepare`](crate::Transport::prepare)
//!   themselves: offsets are committed before they return, and so what is published from then on is kept for it, although it has read
//!   nothing. A partition that is added later is read from its beginning.
//! - **A connection that is lost** is made again, and feeds go on.
//!
//! # Transactions
//! With a [`transactional_id`](KafkaConfig::transactional_id), each call of [`publish`](crate::Transport::publish) is a transaction: what is
//! in it comes in together, or not at all. A message that is refused is left out, with what is behind it, and the rest is
//! published. Consumers read what is committed, always (`isolation.level=read_committed`). And a process that was held up can publish
//! nothing any more once it was started elsewhere under the same id, not even what is on its way.
//!
//! That is for who reads Kafka without an inbox. A relay that dies between a transaction and its checkpoint publishes its last batch
//! again, since the checkpoint is in the store, which has no part in a transaction of Kafka; an inbox recognises it.
//!
//! # Where messages may be lost
//! - **On one broker**, with its disk; and with `min.insync.replicas=1`, or with `unclean.leader.election.enable`, on several.
//!   Connecting warns of each of them, where the broker lets its settings be read. With [three
//!   replicas](KafkaConfig::replicas), topics are made with `min.insync.replicas=2`. A broker does not wait for its disk, so power that
//!   fails on all replicas at a time loses what was confirmed last.
//! - **When they are old**: a topic forgets after 7 days by default, read or not ([`retention`](KafkaConfig::retention)). So does a group of
//!   which nobody listens (`offsets.retention.minutes`): it is new then, and begins where
//!   [a new one begins](crate::transport::Listen::since).
//! - **When somebody deletes the topic.**
//!
//! # Encryption and passwords
//! are in librdkafka's build if asked for: depend on `rdkafka` with its feature `ssl` (which needs OpenSSL) or `gssapi` beside this
//! crate, and say what librdkafka wants to know with [`set`](KafkaConfig::set): `security.protocol`, `sasl.mechanism` and so on.
//! What others have compressed with gzip, snappy or lz4 is read without that, with zstd by the feature of that name.
//!
//! [binding]: https://github.com/cloudevents/spec/blob/ce%40v1.0.2/cloudevents/bindings/kafka-protocol-binding.md

mod begin;
mod client;
mod config;
mod connection;
mod dead_letter;
mod declare;
mod desk;
mod error;
mod feed;
mod member;
mod message;
mod polling;
mod progress;
mod publisher;
mod settle;
mod topics;
mod transaction;
mod transport;

pub use self::{config::KafkaConfig, transport::Kafka};
