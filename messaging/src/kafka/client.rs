use super::config::KafkaConfig;
use rdkafka::{
    ClientConfig, ClientContext, Statistics, config::RDKafkaLogLevel as Level, error::KafkaError,
    types::RDKafkaErrorCode as Code,
};
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering::SeqCst},
};

/// What clients report of their brokers.
#[derive(Clone, Debug, Default)]
pub(super) struct Link(Arc<Reported>);

#[derive(Debug, Default)]
struct Reported {
    /// None of the brokers was there when one was last asked for.
    is_away: AtomicBool,
    /// Why the last connection failed.
    last: Mutex<Option<KafkaError>>,
}

impl Link {
    pub(super) fn is_away(&self) -> bool {
        self.0.is_away.load(SeqCst)
    }

    pub(super) fn set_away(&self, is_away: bool) {
        self.0.is_away.store(is_away, SeqCst);
    }

    /// That the user was refused, if that was the last thing that was heard: who asks for anything then only hears that nobody
    /// answered.
    pub(super) fn refusal(&self) -> Option<KafkaError> {
        let last = self.0.last.lock().unwrap_or_else(PoisonError::into_inner);
        let code = |error: &KafkaError| error.rdkafka_error_code();
        last.clone().filter(|error| code(error).is_some_and(super::error::is_final))
    }

    /// Takes note of a failure that concerns no request.
    pub(super) fn note(&self, error: KafkaError, reason: &str) {
        if error.rdkafka_error_code() == Some(Code::AllBrokersDown) {
            self.set_away(true);
            tracing::warn!("no broker of Kafka is reached; it is tried again");
        } else {
            tracing::debug!(error = %error, reason, "Kafka");
            *self.0.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        }
    }
}

/// Hands on what a client has to say.
#[derive(Clone, Debug)]
pub(super) struct Context(pub(super) Link);

impl ClientContext for Context {
    fn log(&self, level: Level, facility: &str, message: &str) {
        log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.0.note(error, reason);
    }

    fn stats(&self, _: Statistics) {}
}

/// The client logs as errors what it tries again.
pub(super) fn log(level: Level, facility: &str, message: &str) {
    match level {
        Level::Emerg | Level::Alert | Level::Critical => tracing::error!(facility, "Kafka: {message}"),
        Level::Error | Level::Warning => tracing::warn!(facility, "Kafka: {message}"),
        Level::Notice | Level::Info | Level::Debug => tracing::debug!(facility, "Kafka: {message}"),
    }
}

impl KafkaConfig {
    /// What all clients have in common.
    fn client(&self) -> ClientConfig {
        let mut client = ClientConfig::new();
        client
            .set("client.id", "factum")
            .set("reconnect.backoff.max.ms", "1000")
            .set("socket.keepalive.enable", "true");
        for (property, value) in &self.properties {
            client.set(property, value);
        }
        client.set("bootstrap.servers", &self.brokers);
        client
    }

    /// Of whoever makes topics and looks at them.
    pub(super) fn admin(&self) -> ClientConfig {
        let mut client = self.client();
        // Otherwise looking for a topic makes it, at brokers that are so configured.
        client.set("allow.auto.create.topics", "false");
        client
    }

    pub(super) fn producer(&self) -> ClientConfig {
        let mut client = self.client();
        let timeout = self.confirm_timeout.as_millis().max(1);
        client
            // A message of a key waits for the one before it, so that there is nothing to be gained from waiting for more of them.
            .set("linger.ms", "0")
            // The partition that clients for the JVM choose too.
            .set("partitioner", "murmur2_random")
            .set("message.max.bytes", self.max_message_bytes.to_string())
            .set("message.timeout.ms", timeout.to_string())
            .set("enable.idempotence", "true")
            .set("acks", "all");
        if let Some(id) = &self.transactional_id {
            let timeout = timeout.max(60_000);
            client.set("transactional.id", id).set("transaction.timeout.ms", timeout.to_string());
        }
        client
    }

    /// Of a member of a group.
    pub(super) fn consumer(&self, group: &str) -> ClientConfig {
        let mut client = self.client();
        let session = self.session_timeout.as_millis();
        client
            // What is fetched ahead is in memory.
            .set("queued.min.messages", "1000")
            .set("queued.max.messages.kbytes", "16384")
            // How soon a member hears that partitions are shared out anew.
            .set("heartbeat.interval.ms", (session / 3).clamp(1, 1_000).to_string())
            .set("session.timeout.ms", session.to_string())
            .set("group.id", group)
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("isolation.level", "read_committed")
            // A consumer that is new is given its place before it begins. What has none after that is a partition that is new.
            .set("auto.offset.reset", "earliest");
        client
    }
}
