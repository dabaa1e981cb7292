use super::word::{check, escape};
use crate::{Invalid, RecordedEvent, invalid::Field};
use serde::{Deserialize, Deserializer, Serialize};
use std::{borrow::Cow, fmt, str::FromStr, sync::Arc};

/// What a message is published under: words with dots in between, such as `order.7.paid`. See the [module](super).
///
/// Cloning copies a pointer.
///
/// ```
/// use factum_core::Topic;
///
/// let topic: Topic = "order.7.paid".parse()?;
/// assert_eq!(topic.words().collect::<Vec<_>>(), ["order", "7", "paid"]);
/// assert_eq!(topic, Topic::from_words(["order", "7", "paid"])?);
/// assert_eq!("order..paid".parse::<Topic>().unwrap_err().to_string(), "topic has an empty word at byte 6");
/// # Ok::<(), factum_core::Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Topic(Arc<str>);

impl Topic {
    /// Checks and keeps a copy of `text`.
    ///
    /// # Errors
    /// [`Invalid`] when it is empty or too large, has an empty word, a control character, or a `*` or `#`.
    pub fn new(text: impl AsRef<str>) -> Result<Self, Invalid> {
        let text = text.as_ref();
        check((Field::Topic, Field::TopicWords), text, |_| false)?;
        Ok(Self(text.into()))
    }

    /// The topic of these words, each of which may be any text: it is [escaped](super::escape).
    ///
    /// ```
    /// # use factum_core::Topic;
    /// let topic = Topic::from_words(["user", "ada@example.com", "seen"])?;
    /// assert_eq!(topic.as_str(), "user.ada@example%2Ecom.seen");
    /// # Ok::<(), factum_core::Invalid>(())
    /// ```
    ///
    /// # Errors
    /// [`Invalid`] when there is no word, there are too many, or they are too long together.
    pub fn from_words<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> Result<Self, Invalid> {
        let mut text = String::new();
        for (i, word) in words.into_iter().enumerate() {
            if i > 0 {
                text.push('.');
            }
            text.push_str(&escape(word.as_ref()));
        }
        Self::new(text)
    }

    /// The topic of a stored event: the category of its stream, the key, and the type.
    ///
    /// Category and key are one [escaped](super::escape) word each, so a key with dots does not shift what comes after
    /// it. The dots of a type are those of the topic: `account.opened` is two words.
    ///
    /// | stream | type | topic |
    /// |---|---|---|
    /// | `order-7` | `Paid` | `order.7.Paid` |
    /// | `order-7` | `order.paid` | `order.7.order.paid` |
    /// | `user-ada@example.com` | `Seen` | `user.ada@example%2Ecom.Seen` |
    ///
    /// So `order.#` asks for everything that happens to orders, `order.7.#` for one order, and `*.*.Paid` for one type.
    /// Events of different streams or types never share a topic.
    #[must_use]
    pub fn of_event(event: &RecordedEvent) -> Self {
        let words: Vec<_> = words_of(event).collect();
        Self::new(words.join("."))
            .expect("the limits of topics have room for the category, the key and the type of any event")
    }

    /// The words, as they are written.
    pub fn words(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.split('.')
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The words of an event's topic, without making it.
pub(super) fn words_of(event: &RecordedEvent) -> impl Iterator<Item = Cow<'_, str>> + Clone {
    let words = [event.stream.category(), event.stream.key()].into_iter();
    words.chain(event.event_type.as_str().split('.')).map(escape)
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Topic({:?})", self.0)
    }
}

impl AsRef<str> for Topic {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for Topic {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl<'de> Deserialize<'de> for Topic {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Cow::<'de, str>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
