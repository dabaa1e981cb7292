use super::{Topic, name::words_of, word::check};
use crate::{Invalid, RecordedEvent, invalid::Field};
use serde::{Deserialize, Deserializer, Serialize};
use std::{borrow::Cow, fmt, str::FromStr, sync::Arc};

/// Which topics: words, `*` for exactly one word, `#` for zero or more. See the [module](super).
///
/// Cloning copies a pointer.
///
/// ```
/// use factum_core::TopicPattern;
///
/// let paid: TopicPattern = "order.*.paid".parse()?;
/// assert!(paid.matches(&"order.7.paid".parse()?));
/// assert!(!paid.matches(&"order.paid".parse()?));
/// assert!(TopicPattern::everything().matches(&"order".parse()?));
/// # Ok::<(), factum_core::Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct TopicPattern(Arc<str>);

/// A word of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternWord<'a> {
    /// Itself.
    Word(&'a str),
    /// Exactly one word.
    One,
    /// Zero or more words.
    Any,
}

impl TopicPattern {
    /// Checks and keeps a copy of `text`.
    ///
    /// # Errors
    /// [`Invalid`] when it is empty or too large, has an empty word, a control character, or a `*` or `#` that is only a
    /// part of a word.
    pub fn new(text: impl AsRef<str>) -> Result<Self, Invalid> {
        let text = text.as_ref();
        check((Field::TopicPattern, Field::TopicPatternWords), text, |word| matches!(word, "*" | "#"))?;
        Ok(Self(text.into()))
    }

    /// `#`, which every topic matches.
    #[must_use]
    pub fn everything() -> Self {
        Self("#".into())
    }

    /// Whether `topic` matches.
    ///
    /// Takes time proportional to the words of the pattern times those of the topic at worst, and to the words of the
    /// pattern where there is no `#`.
    #[must_use]
    pub fn matches(&self, topic: &Topic) -> bool {
        self.matches_words(topic.words())
    }

    /// Whether the topic of `event` ([`Topic::of_event`]) matches; it is not made for that.
    #[must_use]
    pub fn matches_event(&self, event: &RecordedEvent) -> bool {
        self.matches_words(words_of(event))
    }

    fn matches_words<W: AsRef<str>>(&self, mut topic: impl Iterator<Item = W> + Clone) -> bool {
        let mut pattern = self.words();
        // What follows the last `#` that was passed, and the topic where that `#` ends. Only the last one is ever
        // extended: whatever an earlier one could take more, this one can take too.
        let mut last = None;
        loop {
            let before = topic.clone();
            let fits = match (pattern.next(), topic.next()) {
                (Some(PatternWord::Any), _) => {
                    topic = before;
                    last = Some((pattern.clone(), topic.clone()));
                    continue;
                }
                (Some(PatternWord::One), Some(_)) => true,
                (Some(PatternWord::Word(word)), Some(found)) => word == found.as_ref(),
                (None, None) => return true,
                // Words are missing, and a longer `#` would leave still fewer.
                (Some(_), None) => return false,
                (None, Some(_)) => false,
            };
            if !fits {
                let Some((after, end)) = &mut last else { return false };
                end.next();
                (pattern, topic) = (after.clone(), end.clone());
            }
        }
    }

    /// The words, as they are written.
    pub fn words(&self) -> impl Iterator<Item = PatternWord<'_>> + Clone {
        self.0.split('.').map(|word| match word {
            "*" => PatternWord::One,
            "#" => PatternWord::Any,
            word => PatternWord::Word(word),
        })
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TopicPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for TopicPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TopicPattern({:?})", self.0)
    }
}

impl AsRef<str> for TopicPattern {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<Topic> for TopicPattern {
    /// The pattern that only this topic matches.
    fn from(topic: Topic) -> Self {
        Self(topic.as_str().into())
    }
}

impl FromStr for TopicPattern {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl<'de> Deserialize<'de> for TopicPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Cow::<'de, str>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
