use super::{
    connection::{Connection, refused},
    filter::filters,
};
use crate::transport::{Listen, Since, TransportError};
use async_nats::jetstream::{self, ErrorCode};
use serde_json::{Map, Value, json};

/// Servers from 2.10 on take several filters. More than these would be looked through for each message.
const FILTERS: usize = 64;

impl Connection {
    /// Makes the durable consumer of this name known to the server, if it is not. One that it knows stays where it has got
    /// to; it gets the patterns of now when somebody `begins` to listen. Those who listen already must not change it again, who may
    /// be of an older release.
    pub(super) async fn declare(
        &self,
        listen: &Listen,
        name: String,
        begins: bool,
    ) -> Result<(), TransportError> {
        let doing = format!("making consumer {name} of NATS");
        let stream = &self.config.stream;
        let wanted = self.wanted(&name, listen);
        let known = self.ask::<Value>(&doing, format!("CONSUMER.INFO.{stream}.{name}"), &json!({})).await?;
        let mut known = match known {
            Ok(known) => known,
            Err(error) if error.error_code() == ErrorCode::CONSUMER_NOT_FOUND => {
                let mut config = wanted;
                config.insert("deliver_policy".into(), deliver_policy(listen.since).into());
                self.create(&doing, &name, &config).await?.map_err(|error| refused(doing, error))?;
                return Ok(());
            }
            Err(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                self.stream().await?;
                return Err(TransportError::unavailable(
                    doing,
                    "its stream was not there, and has been made",
                ));
            }
            Err(error) => return Err(refused(doing, error)),
        };
        let floor = known["ack_floor"]["stream_seq"].as_u64().unwrap_or(0);
        let Value::Object(mut config) = known["config"].take() else {
            return Err(TransportError::new(doing, "the server does not say how it is configured"));
        };
        if !begins || is_as_wanted(&config, &wanted) {
            return Ok(());
        }
        config.retain(|key, _| !matches!(key.as_str(), "filter_subject" | "filter_subjects"));
        config.extend(wanted);
        let Err(error) = self.create(&doing, &name, &config).await? else { return Ok(()) };
        // Servers before 2.10 do not change filters. What was acknowledged out of order comes again.
        tracing::warn!(consumer = name, %error, "consumer of NATS is made anew, from the oldest message not acknowledged");
        let subject = format!("CONSUMER.DELETE.{stream}.{name}");
        let deleted = self.ask::<Value>(&doing, subject, &json!({})).await?;
        deleted.map_err(|error| refused(doing.clone(), error))?;
        config.insert("deliver_policy".into(), "by_start_sequence".into());
        config.insert("opt_start_seq".into(), (floor + 1).into());
        config.remove("opt_start_time");
        self.create(&doing, &name, &config).await?.map_err(|error| refused(doing, error))?;
        Ok(())
    }

    pub(super) fn wanted(&self, name: &str, listen: &Listen) -> Map<String, Value> {
        let config = &self.config;
        let most = if self.client.is_server_compatible(2, 10, 0) { FILTERS } else { 1 };
        let mut filters = filters(&config.prefix, &listen.patterns, most, config.subject_bytes());
        let filters = match filters.as_mut_slice() {
            [filter] => ("filter_subject", Value::from(std::mem::take(filter))),
            _ => ("filter_subjects", Value::from(filters)),
        };
        let ack_wait = u64::try_from(config.ack_wait.as_nanos()).unwrap_or(u64::MAX);
        let wanted = [
            ("durable_name", name.into()),
            ("ack_policy", "explicit".into()),
            ("ack_wait", ack_wait.into()),
            ("replay_policy", "instant".into()),
            // Each feed asks for so many messages as it has room for, and those that are to come again later take no room.
            ("max_ack_pending", (-1).into()),
            filters,
        ];
        wanted.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }

    pub(super) async fn create(
        &self,
        doing: &str,
        name: &str,
        config: &Map<String, Value>,
    ) -> Result<Result<Value, jetstream::Error>, TransportError> {
        let stream = &self.config.stream;
        let request = json!({ "stream_name": stream, "config": config });
        self.ask(doing, format!("CONSUMER.CREATE.{stream}.{name}"), &request).await
    }
}

fn is_as_wanted(config: &Map<String, Value>, wanted: &Map<String, Value>) -> bool {
    let filters = |config: &Map<String, Value>| {
        let of = |key| config.get(key).cloned().filter(|filter| !filter.is_null() && filter != "");
        (of("filter_subject"), of("filter_subjects"))
    };
    filters(config) == filters(wanted) && wanted.iter().all(|(key, value)| config.get(key) == Some(value))
}

const fn deliver_policy(since: Since) -> &'static str {
    match since {
        Since::Now => "new",
        Since::Beginning => "all",
    }
}
