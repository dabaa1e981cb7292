use super::{
    connection::{Connection, refused},
    name,
};
use crate::transport::{Listen, TransportError};
use async_nats::jetstream::ErrorCode;
use factum_core::ConsumerName;
use serde_json::{Map, Value, json};

/// Those who listen alone follow one another: each has a durable consumer of its own, which begins at the oldest message that the one
/// before has not acknowledged, and takes that one's place. So does whoever has lost the connection, with itself. Whoever was held up, and
/// does not know that it has been followed, gets nothing any more, so that no message comes to it that a newer one overtakes.
impl Connection {
    /// Whether somebody has listened alone.
    pub(super) async fn is_listened_to_alone(&self, consumer: &ConsumerName) -> Result<bool, TransportError> {
        Ok(self.generations(consumer).await?.last().is_some_and(|generation| *generation > 0))
    }

    /// Follows whoever has listened before, and returns the name of the new consumer.
    pub(super) async fn succeed(&self, listen: &Listen) -> Result<String, TransportError> {
        let stream = &self.config.stream;
        let generations = self.generations(&listen.consumer).await?;
        let newest = generations.last().copied();
        let next = name_of(&listen.consumer, newest.map_or(1, |newest| newest.saturating_add(1)));
        let doing = format!("making consumer {next} of NATS");
        let Some(newest) = newest else {
            self.declare(listen, next.clone(), true).await?;
            return Ok(next);
        };
        let before = name_of(&listen.consumer, newest);
        let known = self.ask::<Value>(&doing, format!("CONSUMER.INFO.{stream}.{before}"), &json!({})).await?;
        let known = known.map_err(|error| match error.error_code() {
            // Somebody else follows it at this moment.
            ErrorCode::CONSUMER_NOT_FOUND => TransportError::unavailable(doing.clone(), error),
            _ => refused(doing.clone(), error),
        })?;
        let floor = known["ack_floor"]["stream_seq"].as_u64().unwrap_or(0);
        let mut config: Map<String, Value> = self.wanted(&next, listen);
        config.insert("deliver_policy".into(), "by_start_sequence".into());
        config.insert("opt_start_seq".into(), (floor + 1).into());
        self.create(&doing, &next, &config).await?.map_err(|error| refused(doing.clone(), error))?;
        for generation in generations {
            let subject = format!("CONSUMER.DELETE.{stream}.{}", name_of(&listen.consumer, generation));
            match self.ask::<Value>(&doing, subject, &json!({})).await? {
                Err(error) if error.error_code() != ErrorCode::CONSUMER_NOT_FOUND => {
                    return Err(refused(doing, error));
                }
                _ => {}
            }
        }
        Ok(next)
    }

    /// Makes the consumer known again to the server, in case that it is not, for one who listens.
    pub(super) async fn declare_again(&self, listen: &Listen, name: &str) -> Result<(), TransportError> {
        if listen.alone {
            self.check_is_newest(&listen.consumer, name).await?;
        }
        self.declare(listen, name.to_owned(), false).await
    }

    /// Follows the consumer of this name, which is one's own, and returns the name of the new one: all that is not acknowledged comes again,
    /// in order.
    pub(super) async fn succeed_again(&self, listen: &Listen, name: &str) -> Result<String, TransportError> {
        self.check_is_newest(&listen.consumer, name).await?;
        self.succeed(listen).await
    }

    async fn check_is_newest(&self, consumer: &ConsumerName, name: &str) -> Result<(), TransportError> {
        let newest = self.generations(consumer).await?.last().copied();
        if newest.is_some_and(|newest| name_of(consumer, newest) != name) {
            return Err(TransportError::new("listening with NATS", "another one listens alone now"));
        }
        Ok(())
    }

    /// Those that there are, the oldest first; 0 is that of those who do not listen alone.
    async fn generations(&self, consumer: &ConsumerName) -> Result<Vec<u64>, TransportError> {
        let doing = "looking for the consumers of NATS";
        let (base, mut generations, mut offset) = (name::durable(consumer), Vec::new(), 0);
        loop {
            let subject = format!("CONSUMER.NAMES.{}", self.config.stream);
            let page = self.ask::<Value>(doing, subject, &json!({ "offset": offset })).await?;
            let page = page.map_err(|error| refused(doing, error))?;
            let names = page["consumers"].as_array().map(Vec::as_slice).unwrap_or_default();
            let of = |name: &Value| generation_of(&base, name.as_str()?);
            generations.extend(names.iter().filter_map(of));
            offset += names.len();
            if names.is_empty() || offset as u64 >= page["total"].as_u64().unwrap_or(0) {
                generations.sort_unstable();
                return Ok(generations);
            }
        }
    }
}

/// No other consumer has such a name: two `=` do not follow each other in one.
fn name_of(consumer: &ConsumerName, generation: u64) -> String {
    match generation {
        0 => name::durable(consumer),
        generation => format!("{}=={generation}", name::durable(consumer)),
    }
}

fn generation_of(base: &str, name: &str) -> Option<u64> {
    match name.strip_prefix(base)? {
        "" => Some(0),
        rest => rest.strip_prefix("==")?.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::{generation_of, name_of};

    #[test]
    fn generations_are_known_by_their_names() {
        let billing = "billing.eu".parse().expect("a name");
        assert_eq!(name_of(&billing, 12), "billing=2Eeu==12");
        for generation in [0, 1, 12] {
            assert_eq!(generation_of("billing=2Eeu", &name_of(&billing, generation)), Some(generation));
        }
        for other in ["billing=2Eeu=20x", "billing=2Eeu2", "billing", "billing=2Eeu==x"] {
            assert_eq!(generation_of("billing=2Eeu", other), None, "{other}");
        }
    }
}
