//! Google Cloud Pub/Sub: a [`Transport`](crate::Transport) over its REST interface. Needs the feature `google-pubsub`.
//!
//! Messages are published to one topic of Pub/Sub, which is made if it is not there. Each consumer has a subscription of that topic, from
//! which it pulls.
//!
//! ```no_run
//! use factum_messaging::{Transport, google_pubsub::GooglePubsubConfig, transport::Listen};
//! # async fn listens() -> Result<(), Box<dyn std::error::Error>> {
//! let pubsub = GooglePubsubConfig::new("my-project").connect().await?;
//! let mut feed = pubsub.listen(Listen::new("billing".parse()?, ["order.*.Placed".parse()?])).await?;
//! while let Some(message) = feed.next().await {
//!     let message = message?;
//!     println!("{}: {:?}", message.topic, message.event.data);
//!     message.ack().await?;
//! }
//! # Ok(()) }
//! ```
//!
//! **It has been run against Google's official emulator, and not yet against Google's own service.** What the emulator does not have
//! is from Google's documentation alone: credentials, filters, rights, quotas, and what survives a failure.
//!
//! # What is called what
//!
//! | here | in Pub/Sub |
//! |---|---|
//! | all messages | the topic `factum`; its name is [configured](GooglePubsubConfig::topic) |
//! | topic `order.7.paid` | the attribute `topic` of a message; a message of others without it is taken to be under its event's type |
//! | key | the ordering key; one of more than 1,024 bytes is hashed |
//! | event | a message in binary mode ([binding]): attributes `ce-id` and so on, and `content-type`. In structured mode if an attribute would have more than 1,024 bytes; both are read |
//! | consumer `billing/eu` | subscription `factum-billing~2Feu`: what is no letter, digit, `-`, `_` or `.` is written so |
//! | patterns | sorted out where messages come in, or, if [asked for](GooglePubsubConfig::filtered), a filter on `attributes.topic` |
//! | what `billing/eu` rejects | the topic `factum-dead` and its subscription `factum-dead`, as it came, with the attribute `factum-consumer` |
//!
//! # Guarantees
//! - **Confirmed** is a message that the answer to its request has an id for. When none comes within
//!   [10 seconds](GooglePubsubConfig::timeout), it is not known to be published; published again, it may be there twice.
//! - **In order by key**, as everywhere, where all is published in [one region](GooglePubsubConfig::endpoint). The messages of one
//!   key are published together, up to 1,000 and 10 MB in a request, and no request with a key is made before the one before it
//!   is answered. Pub/Sub delivers some messages of a key at a time, and the next ones when all of these are settled.
//! - **What is delivered again** comes with whatever followed it in its key, **also what was acknowledged**. Effectively once handles it
//!   once, as it recognises it.
//! - **A pause** is in whole seconds, from one to 600. What is given back without one comes after a second. While it lasts, nothing that
//!   follows in its key comes.
//! - **A message in hand** is not delivered to others, however long it takes: the server is told three times in each
//!   [`ack_deadline`](GooglePubsubConfig::ack_deadline), 30 seconds. That is also after how long the messages of a process that has
//!   died come again. A feed that is dropped, or ended by [`close`](crate::Transport::close), gives its messages back.
//! - **An acknowledgement** is on its way when [`ack`](crate::transport::Incoming::ack) returns, and is told again if it does not
//!   arrive. Google does not promise to remember it.
//! - **Attempts** are what the server says of them, which it does where a subscription has a policy for dead letters. Otherwise they
//!   are counted by each feed, of what it has given back itself.
//! - **Alone** ([`Listen::alone`](crate::transport::Listen::alone)) nothing is done otherwise: Pub/Sub itself delivers what follows
//!   in a key only after what was in hand of it, whoever had it.
//! - **Rejected** is a message when the topic of dead letters has confirmed it; only then is it acknowledged.
//! - **Failures** of Google (429, 5xx), and those to reach it, are waited for, and feeds go on; a subscription or a topic that
//!   somebody has deleted is made again, without what it kept. That whoever asks is not known (401) or may not (403) ends a feed.
//! - **[`Since::Beginning`](crate::transport::Since)** is as `Now`: a subscription has what is published once it is there.
//!
//! # What is refused
//! A message of more than 10 MB; a topic of more than 1,024 bytes; and what Google refuses as wrong (400, 413). Of a batch that is
//! refused, each message is published alone, so that one that is wrong hides no other.
//!
//! # Where messages may be lost
//! - **After [7 days](GooglePubsubConfig::retention)**, whether or not they were read. Dead letters, too.
//! - **When somebody deletes the topic or the subscription.**
//!
//! # Who may do this
//! [`Credentials`] say who asks. Making topics and subscriptions needs `roles/pubsub.editor`; where they are made by others,
//! [`existing`](GooglePubsubConfig::existing) is content with `roles/pubsub.publisher` and `roles/pubsub.subscriber`.
//!
//! [binding]: https://github.com/googleapis/google-cloudevents/blob/main/docs/spec/pubsub.md

mod api;
#[cfg(feature = "google-pubsub-adc")]
mod application_default;
mod config;
mod connection;
mod credentials;
mod dead_letter;
mod declare;
mod failure;
mod feed;
mod filter;
mod message;
mod name;
mod publish;
mod pulling;
mod settle;
mod telling;
mod transport;

#[cfg(feature = "google-pubsub-adc")]
pub use self::application_default::ApplicationDefault;
pub use self::{
    config::GooglePubsubConfig,
    credentials::{Anonymous, BearerToken, Credentials},
    transport::GooglePubsub,
};
