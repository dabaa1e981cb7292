//! The promises of [`Transport`].
//!
//! The [`Fixture`] makes a place on a broker that nobody else uses, by an exchange, a subject or a prefix of its own, and opens
//! connections to it.

pub mod capabilities;
mod list;
pub mod listen;
pub mod order;
pub mod publish;
pub mod settle;
pub mod topics;

use super::{Case, Fixture, case::Listed, macros::list};
use factum_core::{ConsumerName, TopicPattern};
use factum_messaging::{
    CloudEvent, Topic, Transport,
    transport::{Feed, Incoming, Listen, Outgoing},
};
use std::{future::Future, time::Duration};
use tokio::time::timeout;

/// All cases, the simple ones first.
#[must_use]
pub fn cases<F: Fixture<Store: Transport>>() -> Vec<Case> {
    Case::all(listed::<F>(), || Box::pin(F::make()))
}

fn listed<F: Fixture<Store: Transport>>() -> Vec<Listed<F>> {
    crate::__conformance_transports_cases!([list])
}

/// How long something may take that has to come. Brokers that have just begun are slow.
const SOON: Duration = Duration::from_secs(30);
/// How long it is waited for what must not come.
const NEVER: Duration = Duration::from_millis(300);

async fn soon<T>(answer: impl Future<Output = T>) -> T {
    timeout(SOON, answer).await.expect("nothing came in 30 seconds")
}

fn consumer(name: &str) -> ConsumerName {
    name.parse().expect("the suite uses valid names")
}

fn topic(text: &str) -> Topic {
    text.parse().expect("the suite uses valid topics")
}

fn patterns(texts: &[&str]) -> Vec<TopicPattern> {
    texts.iter().map(|text| text.parse().expect("the suite uses valid patterns")).collect()
}

fn to(name: &str, texts: &[&str]) -> Listen {
    Listen::new(consumer(name), patterns(texts))
}

/// A message with a number, of which its id tells too.
fn numbered(number: u64) -> CloudEvent {
    let event = CloudEvent::new(format!("n-{number}"), "/suite", "suite.numbered");
    let event = event.and_then(|event| event.with_content_type("application/json"));
    event.expect("the suite makes valid events").with_data(number.to_string())
}

fn outgoing(under: &str, key: &str, number: u64) -> Outgoing {
    Outgoing::new(topic(under), key, numbered(number))
}

async fn listen(transport: &impl Transport, listen: Listen) -> Box<dyn Feed> {
    match soon(transport.listen(listen)).await {
        Ok(feed) => feed,
        Err(error) => panic!("the transport cannot listen: {error} ({error:?})"),
    }
}

/// Publishes, and expects every message to be taken.
async fn publish(transport: &impl Transport, messages: Vec<Outgoing>) {
    let count = messages.len();
    let results = soon(transport.publish(messages)).await;
    assert_eq!(results.len(), count, "results of {count} messages");
    for (index, result) in results.into_iter().enumerate() {
        if let Err(error) = result {
            panic!("message {index} of {count} was not published: {error} ({error:?})");
        }
    }
}

/// The next message, which has to come.
async fn next(feed: &mut Box<dyn Feed>) -> Incoming {
    match soon(feed.next()).await {
        Some(Ok(message)) => message,
        Some(Err(error)) => panic!("the feed has failed: {error} ({error:?})"),
        None => panic!("the feed has ended"),
    }
}

/// The next number, acknowledged.
async fn number(feed: &mut Box<dyn Feed>) -> u64 {
    let message = next(feed).await;
    let number = number_of(&message.event);
    ack(message).await;
    number
}

/// So many numbers, acknowledged.
async fn numbers(feed: &mut Box<dyn Feed>, count: usize) -> Vec<u64> {
    let mut numbers = Vec::with_capacity(count);
    for _ in 0..count {
        numbers.push(number(feed).await);
    }
    numbers
}

async fn ack(message: Incoming) {
    if let Err(error) = soon(message.ack()).await {
        panic!("the message was not acknowledged: {error} ({error:?})");
    }
}

fn number_of(event: &CloudEvent) -> u64 {
    let data = event.data.as_deref().unwrap_or_default();
    std::str::from_utf8(data)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("no number in {event:?}"))
}

/// Nothing more comes. What a message would have to be later than is not known, so this takes a while.
async fn is_silent(feed: &mut Box<dyn Feed>) {
    if let Ok(message) = timeout(NEVER, feed.next()).await {
        panic!("nothing more was to come: {message:?}");
    }
}
