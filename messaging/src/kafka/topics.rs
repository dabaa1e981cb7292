use crate::{Topic, transport::TransportError};
use std::collections::{BTreeMap, BTreeSet};

/// In which topic of Kafka a message is, by the first word of its own.
#[derive(Clone, Debug)]
pub(super) struct Topics {
    default: String,
    of: BTreeMap<String, String>,
}

/// What Kafka lets names have, without `.dead`.
const LONGEST: usize = 249 - DEAD.len();
const DEAD: &str = ".dead";

impl Topics {
    pub(super) fn one(name: &str) -> Self {
        Self { default: name.to_owned(), of: BTreeMap::new() }
    }

    pub(super) fn set(&mut self, name: String) {
        self.default = name;
    }

    pub(super) fn set_of(&mut self, word: String, name: String) {
        self.of.insert(word, name);
    }

    pub(super) fn default(&self) -> &str {
        &self.default
    }

    /// Where a message is kept.
    pub(super) fn of(&self, topic: &Topic) -> &str {
        let word = topic.words().next().unwrap_or_default();
        self.of.get(word).unwrap_or(&self.default)
    }

    /// Each once.
    pub(super) fn all(&self) -> Vec<String> {
        let all: BTreeSet<_> = self.of.values().chain([&self.default]).cloned().collect();
        all.into_iter().collect()
    }

    /// Refuses what Kafka would.
    pub(super) fn check(&self) -> Result<(), TransportError> {
        let is_legal = |name: &str| {
            let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            !name.is_empty()
                && name.len() <= LONGEST
                && name.chars().all(legal)
                && !matches!(name, "." | "..")
        };
        match self.all().iter().find(|name| !is_legal(name)) {
            None => Ok(()),
            Some(name) => {
                let why = format!(
                    "a topic of Kafka is 1 to {LONGEST} letters, digits, dots, underscores and hyphens"
                );
                Err(TransportError::new(format!("connecting to Kafka with topic {name:?}"), why))
            }
        }
    }
}

/// Where what is rejected goes.
pub(super) fn dead(topic: &str) -> String {
    format!("{topic}{DEAD}")
}

#[cfg(test)]
mod tests {
    use super::Topics;

    #[test]
    fn the_first_word_decides() {
        let mut topics = Topics::one("shop");
        topics.set_of("order".to_owned(), "orders".to_owned());
        topics.set_of("return".to_owned(), "orders".to_owned());
        let of = |topic: &str| topics.of(&topic.parse().unwrap()).to_owned();
        assert_eq!([of("order.7.Paid"), of("order"), of("return.7")], ["orders"; 3]);
        assert_eq!([of("orders.7"), of("a.order")], ["shop"; 2]);
        assert_eq!(topics.all(), ["orders", "shop"]);
    }

    #[test]
    fn names_are_those_that_kafka_takes() {
        for name in ["a", "shop.orders_2-b", &"x".repeat(244)] {
            assert!(Topics::one(name).check().is_ok(), "{name}");
        }
        for name in ["", ".", "..", "a b", "a/b", "größe", &"x".repeat(245)] {
            assert!(Topics::one(name).check().is_err(), "{name}");
        }
    }
}
