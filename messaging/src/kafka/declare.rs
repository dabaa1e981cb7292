use super::{
    client::Context,
    connection::{Connection, blocking},
    error::failed,
};
use crate::transport::TransportError;
use rdkafka::{
    admin::{AdminClient, AdminOptions, ConfigResource, NewTopic, ResourceSpecifier, TopicReplication},
    error::KafkaError,
    producer::Producer as _,
    types::RDKafkaErrorCode as Code,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// Between two looks whether a topic is there.
const PAUSE: Duration = Duration::from_millis(50);
/// How long to wait for a topic that was not asked for in the usual way.
const GLANCE: Duration = Duration::from_secs(1);

impl Connection {
    /// Makes a topic if it is not there, and warns of what is unsafe about it.
    pub(super) async fn declare(&self, topic: &str) -> Result<(), TransportError> {
        let doing = format!("connecting to Kafka with topic {topic}");
        let admin = self.config.admin().create_with_context(self.context());
        let admin: Arc<AdminClient<Context>> = Arc::new(admin.map_err(|error| failed(doing.clone(), error))?);
        let declared = self.declare_by(&admin, topic, &doing).await;
        // Its thread is waited for.
        blocking(move || drop(admin)).await;
        declared
    }

    async fn declare_by(
        &self,
        admin: &Arc<AdminClient<Context>>,
        topic: &str,
        doing: &str,
    ) -> Result<(), TransportError> {
        let until = Instant::now() + self.config.connect_timeout;
        let looked = self.look(admin, topic, until).await.map_err(|error| self.failed(doing, error))?;
        let found = match looked {
            None if self.config.creates => self.made(admin, topic, doing).await?,
            None => return Err(TransportError::new(doing.to_owned(), "there is no topic of this name")),
            Some(found) => found,
        };
        let options = AdminOptions::new()
            .request_timeout(Some(self.config.connect_timeout))
            // Any broker knows.
            .broker_id(found.broker);
        let described = admin.describe_configs(&[ResourceSpecifier::Topic(topic)], &options).await;
        let described = described.map(|mut results| results.pop()).unwrap_or_default().and_then(Result::ok);
        // Whoever may use a topic need not be one who may see its settings.
        for what in unsafe_about(found.replicas, |name| described.as_ref().and_then(|of| setting(of, name))) {
            tracing::warn!(topic, "topic of Kafka: {what}");
        }
        Ok(())
    }

    /// Makes a topic, and waits until it is there.
    async fn made(
        &self,
        admin: &Arc<AdminClient<Context>>,
        topic: &str,
        doing: &str,
    ) -> Result<Found, TransportError> {
        let refusal = self.create(admin, topic).await;
        let mut until = Instant::now() + self.config.connect_timeout;
        if refusal.is_some() {
            // There are brokers that make a topic when it is used, for those who may not do it themselves.
            let (client, name) = (self.publisher.client(), topic.to_owned());
            let _ = blocking(move || client.client().fetch_metadata(Some(&name), GLANCE).map(drop)).await;
            until = Instant::now() + GLANCE;
        }
        // It takes a moment until all brokers know of it.
        loop {
            let looked = self.look(admin, topic, until).await;
            let is_over = Instant::now() + PAUSE >= until;
            match (looked, refusal.clone()) {
                (Ok(Some(found)), _) => return Ok(found),
                (Err(error), None) | (_, Some(error)) if is_over => return Err(self.failed(doing, error)),
                (Ok(None), None) if is_over => {
                    return Err(TransportError::unavailable(doing.to_owned(), "the topic is not there yet"));
                }
                _ => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// Asks for a topic to be made; why it is not, unless it is there.
    async fn create(&self, admin: &AdminClient<Context>, topic: &str) -> Option<KafkaError> {
        let config = &self.config;
        let retention = config.retention.map(|time| time.as_millis().to_string());
        let mut wanted = NewTopic::new(topic, config.partitions, TopicReplication::Fixed(config.replicas));
        if let Some(retention) = &retention {
            wanted = wanted.set("retention.ms", retention);
        }
        if config.replicas >= 3 {
            wanted = wanted.set("min.insync.replicas", "2");
        }
        let timeout = Some(config.connect_timeout);
        let options = AdminOptions::new().request_timeout(timeout).operation_timeout(timeout);
        match admin.create_topics(&[wanted], &options).await {
            Ok(results) => match results.into_iter().next() {
                Some(Err((_, code))) if code != Code::TopicAlreadyExists => Some(KafkaError::AdminOp(code)),
                _ => None,
            },
            Err(error) => Some(error),
        }
    }

    /// Looks for a topic; `None` if it is not there.
    async fn look(
        &self,
        admin: &Arc<AdminClient<Context>>,
        topic: &str,
        until: Instant,
    ) -> Result<Option<Found>, KafkaError> {
        let (admin, topic) = (Arc::clone(admin), topic.to_owned());
        let timeout = until.saturating_duration_since(Instant::now()).max(PAUSE);
        blocking(move || {
            let metadata = admin.inner().fetch_metadata(Some(&topic), timeout)?;
            let found = metadata.topics().iter().find(|of| of.name() == topic && of.error().is_none());
            let partitions = found.map(rdkafka::metadata::MetadataTopic::partitions).unwrap_or_default();
            let replicas = partitions.iter().map(|partition| partition.replicas().len()).min();
            let broker = metadata.brokers().first().map(rdkafka::metadata::MetadataBroker::id);
            Ok(replicas.map(|replicas| Found { replicas, broker }))
        })
        .await
    }
}

/// A topic that is there.
struct Found {
    /// On how many brokers it is.
    replicas: usize,
    /// One of the cluster's brokers.
    broker: Option<i32>,
}

fn setting<'a>(of: &'a ConfigResource, name: &str) -> Option<&'a str> {
    of.get(name)?.value.as_deref()
}

/// What may lose messages that were confirmed.
fn unsafe_about<'a>(replicas: usize, setting: impl Fn(&str) -> Option<&'a str>) -> Vec<&'static str> {
    let mut found = Vec::new();
    if replicas == 1 {
        found.push(
            "it is on one broker, and what was confirmed is lost with that one's disk; have 3 replicas",
        );
    } else if setting("min.insync.replicas") == Some("1") {
        found.push(
            "a message is confirmed although only one broker has it (min.insync.replicas=1); set it to 2 with 3 replicas",
        );
    }
    if setting("unclean.leader.election.enable") == Some("true") {
        found.push(
            "a broker that has missed messages may become its leader (unclean.leader.election.enable=true)",
        );
    }
    if setting("cleanup.policy").is_some_and(|policy| policy.contains("compact")) {
        found.push("of each key only the last message is kept for good (cleanup.policy=compact)");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::unsafe_about;

    fn found(replicas: usize, settings: &[(&str, &'static str)]) -> Vec<&'static str> {
        unsafe_about(replicas, |name| {
            settings.iter().find(|(setting, _)| *setting == name).map(|(_, value)| *value)
        })
    }

    #[test]
    fn what_is_unsafe_is_named() {
        let named = |replicas, settings: &[_], what: &str| {
            let found = found(replicas, settings);
            assert!(matches!(&found[..], [one] if one.contains(what)), "{found:?}");
        };
        named(1, &[("min.insync.replicas", "1")], "one broker");
        named(3, &[("min.insync.replicas", "1")], "min.insync.replicas");
        named(3, &[("unclean.leader.election.enable", "true")], "unclean");
        named(3, &[("cleanup.policy", "compact,delete")], "compact");
    }

    #[test]
    fn what_is_safe_is_not() {
        let safe = [
            ("min.insync.replicas", "2"),
            ("unclean.leader.election.enable", "false"),
            ("cleanup.policy", "delete"),
        ];
        assert!(found(3, &safe).is_empty() && found(2, &[]).is_empty());
    }
}
