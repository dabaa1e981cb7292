//! Orders, a relay of them, and a broker that fails as told.

use crate::given::soon;
use async_trait::async_trait;
use factum::{Append, ConsumerName, EventAppender, NewEvent, StreamId};
use factum_macros::{Event, Projection};
use factum_messaging::{
    LocalBroker, Publish, Transport, TransportError,
    transport::{Capabilities, Feed, Incoming, Listen, Outgoing, PublishError, in_order},
};
use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};

#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub(crate) struct Placed {
    pub(crate) number: u64,
}

#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub(crate) struct Paid {
    pub(crate) amount: u64,
}

#[derive(Clone, Debug, Projection)]
#[projection(name = "orders_out", events(Placed, Paid))]
pub(crate) struct OrdersOut;

impl Publish for OrdersOut {}

pub(crate) fn stream(order: &str) -> StreamId {
    StreamId::new("order", order).unwrap()
}

pub(crate) fn placed(order: &str, number: u64) -> NewEvent {
    NewEvent::of(stream(order), &Placed { number }).unwrap()
}

pub(crate) fn paid(order: &str, amount: u64) -> NewEvent {
    NewEvent::of(stream(order), &Paid { amount }).unwrap()
}

pub(crate) async fn append(store: &impl EventAppender, events: impl IntoIterator<Item = NewEvent>) {
    store.append_one(Append::new(events)).await.unwrap();
}

/// Listens to all orders.
pub(crate) async fn listen(transport: &impl Transport, consumer: &str) -> Box<dyn Feed> {
    let name = ConsumerName::new(consumer).unwrap();
    transport.listen(Listen::new(name, ["order.#".parse().unwrap()])).await.unwrap()
}

pub(crate) async fn incoming(feed: &mut Box<dyn Feed>) -> Incoming {
    soon(feed.next()).await.expect("the broker is open").unwrap()
}

/// What comes in, acknowledged: of which order, and its number.
pub(crate) async fn number(feed: &mut Box<dyn Feed>) -> (String, u64) {
    let message = incoming(feed).await;
    let placed: Placed = serde_json::from_slice(message.event.data.as_ref().unwrap()).unwrap();
    let order = message.event.subject.clone().unwrap();
    message.ack().await.unwrap();
    (order, placed.number)
}

type Verdict = dyn Fn(&Outgoing) -> Result<(), PublishError> + Send + Sync;

/// A broker that is asked about each message first.
#[derive(Clone)]
pub(crate) struct Picky {
    pub(crate) broker: LocalBroker,
    verdict: Arc<Verdict>,
}

impl Picky {
    pub(crate) fn new(
        verdict: impl Fn(&Outgoing) -> Result<(), PublishError> + Send + Sync + 'static,
    ) -> Self {
        Self::before(LocalBroker::new(), verdict)
    }

    pub(crate) fn before(
        broker: LocalBroker,
        verdict: impl Fn(&Outgoing) -> Result<(), PublishError> + Send + Sync + 'static,
    ) -> Self {
        Self { broker, verdict: Arc::new(verdict) }
    }
}

impl fmt::Debug for Picky {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Picky")
    }
}

pub(crate) fn away() -> PublishError {
    PublishError::Unavailable(TransportError::unavailable("publishing", "nobody is there"))
}

pub(crate) fn refused() -> PublishError {
    PublishError::Refused(TransportError::new("publishing", "nobody wants it"))
}

#[async_trait]
impl Transport for Picky {
    fn name(&self) -> &'static str {
        "picky"
    }

    fn capabilities(&self) -> Capabilities {
        self.broker.capabilities()
    }

    async fn publish(&self, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>> {
        in_order(messages, 8, |message| async {
            (self.verdict)(&message)?;
            self.broker.publish(vec![message]).await.pop().unwrap()
        })
        .await
    }

    async fn listen(&self, listen: Listen) -> Result<Box<dyn Feed>, TransportError> {
        self.broker.listen(listen).await
    }

    async fn close(&self) {
        self.broker.close().await;
    }
}
