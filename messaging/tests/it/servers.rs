//! The brokers of the tests: found, or started for this process.

use factum_services::{Error, google_pubsub, mosquitto, nats, rabbitmq};
use std::{sync::LazyLock, thread};

/// Also for those who have no runtime, or one that ends with their test.
fn found(find: impl Future<Output = Result<String, Error>> + Send + 'static) -> String {
    let found = thread::spawn(|| tokio::runtime::Runtime::new().unwrap().block_on(find));
    found.join().unwrap().unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) fn of_rabbitmq() -> String {
    static URL: LazyLock<String> =
        LazyLock::new(|| found(async { Ok(rabbitmq::Server::find().await?.url()) }));
    URL.clone()
}

pub(crate) fn of_nats() -> String {
    static URL: LazyLock<String> = LazyLock::new(|| found(async { Ok(nats::Server::find().await?.url()) }));
    URL.clone()
}

pub(crate) fn of_mqtt() -> String {
    static URL: LazyLock<String> =
        LazyLock::new(|| found(async { Ok(mosquitto::Server::find().await?.url()) }));
    URL.clone()
}

pub(crate) fn of_google_pubsub() -> String {
    static URL: LazyLock<String> =
        LazyLock::new(|| found(async { Ok(google_pubsub::Server::find().await?.url()) }));
    URL.clone()
}
