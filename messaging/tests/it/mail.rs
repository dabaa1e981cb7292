//! Messages that are published by some transport, and that come.

use crate::given::soon;
use factum_messaging::{
    CloudEvent, TopicPattern, Transport,
    transport::{Feed, Incoming, Listen, Outgoing},
};
use std::{fmt::Display, time::Duration};

pub(crate) fn listen(consumer: &str, patterns: &[&str]) -> Listen {
    let patterns: Vec<TopicPattern> = patterns.iter().map(|pattern| pattern.parse().unwrap()).collect();
    Listen::new(consumer.parse().unwrap(), patterns)
}

pub(crate) fn event(id: impl Display) -> CloudEvent {
    let event = CloudEvent::new(id.to_string(), "/test", "test.happened").unwrap();
    event.with_content_type("application/json").unwrap().with_data(id.to_string())
}

/// Under a topic that is its key too.
pub(crate) fn outgoing(topic: &str, id: impl Display) -> Outgoing {
    Outgoing::new(topic.parse().unwrap(), topic, event(id))
}

/// Publishes what all has to be taken.
pub(crate) async fn publish(transport: &impl Transport, messages: Vec<Outgoing>) {
    for result in soon(transport.publish(messages)).await {
        result.unwrap();
    }
}

/// The next message, which has to come.
pub(crate) async fn next(feed: &mut Box<dyn Feed>) -> Incoming {
    soon(feed.next()).await.unwrap().unwrap()
}

/// The id of the next message, acknowledged.
pub(crate) async fn id(feed: &mut Box<dyn Feed>) -> String {
    let message = next(feed).await;
    let id = message.event.id.clone();
    message.ack().await.unwrap();
    id
}

/// Asks again and again until it is so.
pub(crate) async fn until<F: Future<Output = bool>>(is_so: impl Fn() -> F) {
    let asked = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), asked).await.expect("it is so at last");
}
