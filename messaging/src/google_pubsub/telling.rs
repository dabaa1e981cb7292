use super::connection::{Connection, json};
use factum_core::Causes;
use serde_json::{Value, json as value};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::time::Instant;

/// The server takes so many in one request.
const AT_ONCE: usize = 1_000;

/// What the server is told of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Word {
    /// It is still in hand. The first to be told, since the others are the last word.
    Held,
    Ack,
    /// It is to come again after so many seconds.
    Again(u16),
}

/// What the server is to be told.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// In the order in which they were delivered, in which they come again then.
    told: BTreeMap<Word, BTreeMap<u64, Told>>,
}

#[derive(Debug)]
struct Told {
    ack_id: String,
    /// After which it comes again anyway.
    until: Instant,
}

/// For how many seconds a message is put off that is to come again after `pause`: at least one. With none, a server may deliver
/// what follows it in its key before it; the official emulator does.
pub(super) fn seconds(pause: Duration) -> u16 {
    const MOST: Duration = Duration::from_secs(600);
    let pause = pause.clamp(Duration::from_secs(1), MOST);
    let whole = u16::try_from(pause.as_secs()).expect("at most 600");
    if pause.subsec_nanos() == 0 { whole } else { whole + 1 }
}

impl Words {
    pub(super) fn push(&mut self, word: Word, number: u64, ack_id: String, until: Instant) {
        self.told.entry(word).or_default().insert(number, Told { ack_id, until });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// With those that could not be told before.
    pub(super) fn extend(&mut self, words: Self) {
        for (word, told) in words.told {
            self.told.entry(word).or_default().extend(told);
        }
    }

    /// Tells the server, and returns what is to be told again.
    pub(super) async fn tell(self, connection: Arc<Connection>, subscription: String) -> Self {
        let mut again = Self::default();
        let held_for = seconds(connection.config.ack_deadline);
        for (word, told) in self.told {
            let mut told = told.into_iter().peekable();
            while told.peek().is_some() {
                let some: Vec<(u64, Told)> = told.by_ref().take(AT_ONCE).collect();
                let ids: Vec<_> = some.iter().map(|(_, told)| told.ack_id.as_str()).collect();
                let (verb, body) = match word {
                    Word::Held => {
                        ("modifyAckDeadline", value!({ "ackIds": ids, "ackDeadlineSeconds": held_for }))
                    }
                    Word::Ack => ("acknowledge", value!({ "ackIds": ids })),
                    Word::Again(pause) => {
                        ("modifyAckDeadline", value!({ "ackIds": ids, "ackDeadlineSeconds": pause }))
                    }
                };
                let path = format!("subscriptions/{subscription}:{verb}");
                let told = connection.post::<Value>(&path, json(&body), connection.config.timeout).await;
                let Err(failure) = told else { continue };
                tracing::warn!(
                    subscription, ?word, messages = some.len(), error = %Causes(&failure),
                    "Pub/Sub could not be told of messages"
                );
                // What is held is told again in any case.
                if failure.is_transient() && word != Word::Held {
                    let now = Instant::now();
                    for (number, told) in some.into_iter().filter(|(_, told)| told.until > now) {
                        again.push(word, number, told.ack_id, told.until);
                    }
                }
            }
        }
        again
    }
}

#[cfg(test)]
mod tests {
    use super::seconds;
    use std::time::Duration;

    #[test]
    fn a_pause_is_not_shorter_than_asked_for_and_at_least_a_second() {
        for (millis, expected) in [(0, 1), (700, 1), (1_000, 1), (1_001, 2), (599_500, 600), (9_000_000, 600)]
        {
            assert_eq!(seconds(Duration::from_millis(millis)), expected, "{millis} ms");
        }
    }
}
