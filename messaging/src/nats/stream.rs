use super::{
    connection::{Connection, refused},
    filter::covers,
};
use crate::transport::TransportError;
use async_nats::jetstream::{
    ErrorCode,
    stream::{Config, DiscardPolicy, RetentionPolicy, StorageType},
};
use serde::Deserialize;
use std::time::Duration;

/// What is needed of a stream's description.
#[derive(Debug, Deserialize)]
struct Info {
    config: Described,
}

#[derive(Debug, Deserialize)]
struct Described {
    #[serde(default)]
    subjects: Vec<String>,
    retention: RetentionPolicy,
    storage: StorageType,
    #[serde(default)]
    no_ack: bool,
}

/// What has to be known of a stream that is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    /// Not in memory only.
    pub(super) in_files: bool,
}

impl Connection {
    /// The stream of messages, which is made if it is not there.
    pub(super) async fn stream(&self) -> Result<Kept, TransportError> {
        let config = &self.config;
        let limits = (config.max_age, config.max_bytes, config.duplicate_window);
        self.stream_of(config.stream.clone(), format!("{}.>", config.prefix), limits).await
    }

    /// The stream of what is rejected. Nothing in it gets too old: whoever looks at it says what is to go.
    pub(super) async fn dead_stream(&self) -> Result<Kept, TransportError> {
        let name = format!("{}_dead", self.config.stream);
        let limits = (Duration::ZERO, None, self.config.duplicate_window);
        self.stream_of(name, format!("{}_dead.>", self.config.prefix), limits).await
    }

    async fn stream_of(
        &self,
        name: String,
        subjects: String,
        (max_age, max_bytes, duplicate_window): (Duration, Option<u64>, Duration),
    ) -> Result<Kept, TransportError> {
        let doing = format!("making stream {name} of NATS");
        let unlimited = -1;
        let wanted = Config {
            name: name.clone(),
            subjects: vec![subjects.clone()],
            max_bytes: max_bytes.map_or(unlimited, |bytes| i64::try_from(bytes).unwrap_or(i64::MAX)),
            max_messages: unlimited,
            max_messages_per_subject: unlimited,
            max_consumers: -1,
            discard: DiscardPolicy::Old,
            retention: RetentionPolicy::Limits,
            max_age,
            // No longer than messages live, or the server refuses it.
            duplicate_window: if max_age.is_zero() {
                duplicate_window
            } else {
                duplicate_window.min(max_age)
            },
            storage: if self.config.in_memory { StorageType::Memory } else { StorageType::File },
            num_replicas: self.config.replicas,
            ..Config::default()
        };
        let found = match self.ask(&doing, format!("STREAM.INFO.{name}"), &()).await? {
            Err(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                match self.ask(&doing, format!("STREAM.CREATE.{name}"), &wanted).await? {
                    // Another process has made it just now, and not as it would be made here.
                    Err(error) if error.error_code() == ErrorCode::STREAM_NAME_EXIST => {
                        self.ask(&doing, format!("STREAM.INFO.{name}"), &()).await?
                    }
                    made => made,
                }
            }
            found => found,
        };
        let Info { config } = found.map_err(|error| refused(doing, error))?;
        config.check(&name, &subjects)
    }
}

impl Described {
    /// Refuses a stream that would not get what is published, and warns of one that would not keep it.
    fn check(&self, name: &str, subjects: &str) -> Result<Kept, TransportError> {
        if !self.subjects.iter().any(|filter| covers(filter, subjects)) {
            let why = format!("it has the subjects {:?}, which do not cover {subjects}", self.subjects);
            return Err(TransportError::new(format!("using stream {name} of NATS"), why));
        }
        if self.no_ack {
            let why = "it confirms nothing (no_ack)";
            return Err(TransportError::new(format!("using stream {name} of NATS"), why));
        }
        if self.retention != RetentionPolicy::Limits {
            tracing::warn!(
                stream = name, retention = ?self.retention,
                "the stream drops messages that have been acknowledged: consumers that are new do not get them"
            );
        }
        let in_files = self.storage == StorageType::File;
        if !in_files {
            tracing::warn!(
                stream = name,
                "the stream is in memory: its messages are gone when the server ends"
            );
        }
        Ok(Kept { in_files })
    }
}
