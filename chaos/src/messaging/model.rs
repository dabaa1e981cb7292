//! What is published, and what is made of it.

use crate::projections::model::{Account, Added};
use factum_core::{Apply as _, Keys, Recorded, View};
use factum_macros::Projection;
use factum_messaging::Publish;
use std::marker::PhantomData;

/// A broker, by the names of what goes out to it and of what comes in from it.
pub(super) trait Via: Send + Sync + 'static {
    const NAME: &'static str;
    const OUT: &'static str;
    const BOOK: &'static str;
}

pub(super) struct RabbitMq;
pub(super) struct Nats;
pub(super) struct Mqtt;

impl Via for RabbitMq {
    const NAME: &'static str = "RabbitMQ";
    const OUT: &'static str = "out_to_rabbitmq";
    const BOOK: &'static str = "book_of_rabbitmq";
}

impl Via for Nats {
    const NAME: &'static str = "NATS";
    const OUT: &'static str = "out_to_nats";
    const BOOK: &'static str = "book_of_nats";
}

impl Via for Mqtt {
    const NAME: &'static str = "MQTT";
    const OUT: &'static str = "out_to_mqtt";
    const BOOK: &'static str = "book_of_mqtt";
}

/// Publishes all events.
#[derive(Projection)]
#[projection(name = V::OUT, events(Added))]
pub(super) struct Out<V: Via>(pub(super) PhantomData<V>);

impl<V: Via> Publish for Out<V> {}

/// An account for each stream, whose trace changes with every event, and with their order.
#[derive(Projection)]
#[projection(name = V::BOOK, events(Added))]
pub(super) struct Book<V: Via>(pub(super) PhantomData<V>);

impl<V: Via> View for Book<V> {
    type Key = String;
    type Document = Account;

    fn keys(&self, event: &Recorded<BookEvent>) -> Keys<String> {
        Keys::one(event.stream().key().to_owned())
    }

    fn fold(&self, _: &String, account: &mut Account, event: &Recorded<BookEvent>) {
        let BookEvent::Added(added) = &event.event;
        account.apply(added);
    }
}
