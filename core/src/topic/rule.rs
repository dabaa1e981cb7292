use super::{Topic, TopicPattern, escape};
use crate::{Invalid, RecordedEvent, limits::EVENT_TYPE_BYTES};
use std::{borrow::Cow, fmt};

/// Under which topic the events of a type are published: a topic, some words of which stand for a part of the event.
///
/// | word | stands for |
/// |---|---|
/// | `{category}` | the category of the event's stream, as one [escaped](escape) word |
/// | `{key}` | the key of the stream, likewise |
/// | `{type}` | the stored name of the event; its dots are those of the topic |
///
/// `#[event(topic = "payments.{key}.made")]` gives an event its own. That of all others is [`TopicRule::DEFAULT`].
///
/// Where a broker keeps topics apart by their first word, as Kafka can be told to, all types of a category should begin with the same
/// one, or they are not in order with each other.
///
/// It is what others see. Topics in the own log, such as those of a [`Selection`](crate::Selection), follow the default always, so
/// that what is asked of the log does not change with what is published.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TopicRule(&'static str);

impl TopicRule {
    /// `{category}.{key}.{type}`, which gives the [topic of a stored event](Topic::of_event).
    pub const DEFAULT: Self = Self("{category}.{key}.{type}");

    /// As `text` says. In a constant it is checked while compiling.
    ///
    /// # Panics
    /// When it has an empty word, a control character, `*` or `#`, a brace that is not around one of the three words, or more than 256
    /// bytes.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        assert!(text.len() <= EVENT_TYPE_BYTES, "a topic of events has at most 256 bytes");
        let (bytes, mut begin, mut at) = (text.as_bytes(), 0, 0);
        while at <= bytes.len() {
            if at == bytes.len() || bytes[at] == b'.' {
                assert!(at > begin, "a topic of events has no empty word");
                check_word(bytes, begin, at);
                begin = at + 1;
            }
            at += 1;
        }
        Self(text)
    }

    /// The topic of an event.
    ///
    /// # Errors
    /// [`Invalid`] when it is too long.
    pub fn topic(self, event: &RecordedEvent) -> Result<Topic, Invalid> {
        let stream = &event.stream;
        Topic::new(self.text(&escape(stream.category()), &escape(stream.key()), event.event_type.as_str()))
    }

    /// The topics of all events of type `of`, whatever their streams: that of whoever wants all of them.
    ///
    /// # Errors
    /// [`Invalid`] when it is too long.
    pub fn pattern(self, of: &str) -> Result<TopicPattern, Invalid> {
        TopicPattern::new(self.text("*", "*", of))
    }

    /// The topic of the events of type `of` and of streams of `category`, for people to read: `{key}` stays.
    #[must_use]
    pub fn address(self, category: &str, of: &str) -> String {
        self.text(&escape(category), "{key}", of)
    }

    fn text(self, category: &str, key: &str, of: &str) -> String {
        let mut text = String::with_capacity(self.0.len() + category.len() + key.len() + of.len());
        for (n, word) in self.0.split('.').enumerate() {
            if n > 0 {
                text.push('.');
            }
            match word {
                "{category}" => text.push_str(category),
                "{key}" => text.push_str(key),
                "{type}" => {
                    let words: Vec<Cow<'_, str>> = of.split('.').map(escape).collect();
                    text.push_str(&words.join("."));
                }
                word => text.push_str(word),
            }
        }
        text
    }

    /// Whether each stream has a topic of its own, at least within its category.
    #[must_use]
    pub fn has_key(self) -> bool {
        self.0.split('.').any(|word| word == "{key}")
    }

    /// How it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// The same that topics ask for, and that braces are around a word that stands for something.
const fn check_word(bytes: &[u8], begin: usize, end: usize) {
    let is_part = is(bytes, begin, end, b"{category}")
        || is(bytes, begin, end, b"{key}")
        || is(bytes, begin, end, b"{type}");
    let mut at = begin;
    while at < end {
        let c = bytes[at];
        assert!(c != b'*' && c != b'#', "a topic of events has no wildcards");
        assert!(
            is_part || (c != b'{' && c != b'}'),
            "a word in braces is category, key or type, as a whole word of a topic of events"
        );
        let is_control = c < 0x20 || c == 0x7f || (c == 0xc2 && at + 1 < end && bytes[at + 1] < 0xa0);
        assert!(!is_control, "a topic of events has no control characters");
        at += 1;
    }
}

const fn is(bytes: &[u8], begin: usize, end: usize, word: &[u8]) -> bool {
    if end - begin != word.len() {
        return false;
    }
    let mut at = 0;
    while at < word.len() {
        if bytes[begin + at] != word[at] {
            return false;
        }
        at += 1;
    }
    true
}

impl Default for TopicRule {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl fmt::Display for TopicRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for TopicRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TopicRule({:?})", self.0)
    }
}
