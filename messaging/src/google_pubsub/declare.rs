use super::{connection::Connection, failure::Failure, filter::filter, name};
use crate::transport::{Listen, TransportError};
use serde_json::{Value, json};
use std::time::Duration;

/// By Google's rules, a subscription's deadline is at least this.
const LEAST_DEADLINE: Duration = Duration::from_secs(10);

impl Connection {
    /// Makes the topic, if it is not there.
    pub(super) async fn declare_topic(&self, topic: &str) -> Result<(), TransportError> {
        let path = format!("topics/{topic}");
        let declared = match self.get::<Value>(&path).await {
            Err(failure) if failure.is_missing() => match self.put::<Value>(&path, &json!({})).await {
                // Somebody else has made it just now.
                Err(failure) if failure.is_there_already() => Ok(()),
                made => made.map(drop),
            },
            found => found.map(drop),
        };
        declared.map_err(|failure| failure.into_error(format!("making topic {topic} of Pub/Sub")))
    }

    /// Makes the topic of dead letters, and a subscription that keeps them, without which they would be gone.
    pub(super) async fn declare_dead_topic(&self) -> Result<(), TransportError> {
        if !self.config.declares {
            return Ok(());
        }
        let dead = self.config.dead_topic();
        self.declare_topic(&dead).await?;
        self.declare_subscription(&dead, &dead, "").await
    }

    /// Makes the subscription of whoever listens known, if it is not, and returns its name.
    pub(super) async fn declare(&self, listen: &Listen) -> Result<String, TransportError> {
        let config = &self.config;
        let name = name::subscription(&config.topic, &listen.consumer);
        if config.declares {
            let filter = if config.filters { filter(&listen.patterns) } else { String::new() };
            self.declare_subscription(&name, &config.topic, &filter).await?;
        }
        Ok(name)
    }

    /// Makes it known again, with its topic.
    pub(super) async fn declare_again(&self, listen: &Listen) -> Result<(), TransportError> {
        self.declare_topic(&self.config.topic).await?;
        self.declare(listen).await.map(drop)
    }

    async fn declare_subscription(
        &self,
        name: &str,
        topic: &str,
        filter: &str,
    ) -> Result<(), TransportError> {
        let doing = format!("making subscription {name} of Pub/Sub");
        let path = format!("subscriptions/{name}");
        let found = match self.get::<Value>(&path).await {
            Err(failure) if failure.is_missing() => match self.make(&path, topic, filter).await {
                Err(failure) if failure.is_there_already() => self.get(&path).await,
                made => made,
            },
            found => found,
        };
        let found = found.map_err(|failure| failure.into_error(doing.clone()))?;
        let has = |key: &str| found[key].as_str().unwrap_or_default();
        let topic = self.path_of_topic(topic);
        let why = if has("topic") != topic {
            format!("it is there, of the topic {:?}", has("topic"))
        } else if !matches!(has("filter"), found if found.is_empty() || found == filter) {
            let found = has("filter");
            format!("it has the filter {found:?}, which cannot be changed to {filter:?}; delete it for that")
        } else {
            if found["enableMessageOrdering"] != true {
                tracing::warn!(subscription = name, "the subscription does not keep the order of messages");
            }
            return Ok(());
        };
        Err(TransportError::new(doing, why))
    }

    async fn make(&self, path: &str, topic: &str, filter: &str) -> Result<Value, Failure> {
        let config = &self.config;
        let mut wanted = json!({
            "topic": self.path_of_topic(topic),
            "ackDeadlineSeconds": config.ack_deadline.max(LEAST_DEADLINE).as_secs(),
            "enableMessageOrdering": true,
            "messageRetentionDuration": format!("{}s", config.retention.as_secs()),
            // Never, or Google would delete it after a month in which nobody listens.
            "expirationPolicy": {},
        });
        if !filter.is_empty() {
            wanted["filter"] = filter.into();
        }
        self.put(path, &wanted).await
    }

    fn path_of_topic(&self, topic: &str) -> String {
        format!("projects/{}/topics/{topic}", self.config.project)
    }
}
