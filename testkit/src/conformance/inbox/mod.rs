//! The promises of [`InboxStore`].

pub mod ask;
pub mod forget;
mod list;
pub mod receive;
pub mod survive;

use super::{Case, Fixture, case::Listed, erased::Erased, macros::list};
use factum_core::{ConsumerName, InboxStore, MessageKey, StoreError, Timestamp};

/// All cases, the simple ones first.
#[must_use]
pub fn cases<F: Fixture<Store: InboxStore>>() -> Vec<Case> {
    Case::all(listed(), || Box::pin(async { Erased::<dyn InboxStore>::new(F::make().await) }))
}

fn listed() -> Vec<Listed<Erased<dyn InboxStore>>> {
    crate::__conformance_inbox_cases!([list])
}

/// More than a store would handle in one piece.
const MANY: usize = 2_500;

/// The consumer of the cases that have only one.
fn billing() -> ConsumerName {
    consumer("billing")
}

fn consumer(name: &str) -> ConsumerName {
    name.parse().expect("the suite uses valid names")
}

fn message(key: &str) -> MessageKey {
    key.parse().expect("the suite uses valid keys")
}

fn messages(keys: &[&str]) -> Vec<MessageKey> {
    keys.iter().map(|key| message(key)).collect()
}

/// Messages with keys of their own, which are not in the order of the keys.
fn many() -> Vec<MessageKey> {
    (0..MANY).map(|number| message(&format!("payment-{number}"))).collect()
}

fn done<T>(outcome: Result<T, StoreError>) -> T {
    outcome.unwrap_or_else(|error| panic!("the store failed: {error} ({error:?})"))
}

/// Which of the messages are new.
async fn receive(store: &impl InboxStore, consumer: &ConsumerName, keys: &[&str]) -> Vec<bool> {
    done(store.receive(consumer, &messages(keys)).await)
}

/// Which of the messages are known.
async fn known(store: &impl InboxStore, consumer: &ConsumerName, keys: &[&str]) -> Vec<bool> {
    let times = done(store.received(consumer, &messages(keys)).await);
    times.iter().map(Option::is_some).collect()
}

/// When the message was received.
async fn time(store: &impl InboxStore, consumer: &ConsumerName, key: &str) -> Timestamp {
    let times = done(store.received(consumer, &[message(key)]).await);
    assert_eq!(times.len(), 1, "one message has one answer");
    times[0].unwrap_or_else(|| panic!("{key:?} was received and is not known"))
}

/// Receives a message when the store's clock has gone on since `earlier` was received, and gives its key.
async fn receive_later(store: &impl InboxStore, consumer: &ConsumerName, earlier: &str) -> String {
    let before = time(store, consumer, earlier).await;
    for number in 0.. {
        let key = format!("{earlier}, {number} later");
        assert_eq!(receive(store, consumer, &[&key]).await, [true]);
        if time(store, consumer, &key).await > before {
            return key;
        }
    }
    unreachable!("a clock that stands still does not get here")
}
