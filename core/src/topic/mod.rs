//! Topics and patterns of topics, after the topic exchange of AMQP 0-9-1.
//!
//! A topic is a list of words with dots in between: `order.7.paid`. A pattern is a topic in which a word may also be a
//! wildcard:
//!
//! | wildcard | stands for | `order.*.paid` and `order.#` |
//! |---|---|---|
//! | `*` | exactly one word | `order.7.paid` matches, `order.paid` and `order.7.8.paid` do not |
//! | `#` | zero or more words | `order`, `order.7` and `order.7.paid` match, `orders` does not |
//!
//! That is the [specification of AMQP 0-9-1](https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf), section 3.1.3.3,
//! with these choices where it leaves one:
//! - A word has at least one character, and a topic at least one word.
//! - A word may have any character but a dot, a control character, `*` and `#`, and not only letters and digits.
//!   So a wildcard is always a whole word: the pattern `order.7*` is refused, rather than taken for a word that no
//!   topic has.
//! - Limits are [`limits::TOPIC_BYTES`](crate::limits::TOPIC_BYTES) and
//!   [`limits::TOPIC_WORDS`](crate::limits::TOPIC_WORDS).
//!
//! Text that has to become one word, whatever is in it, is [escaped](escape).

mod name;
mod pattern;
mod rule;
mod word;

pub(crate) use self::word::unescape;
pub use self::{
    name::Topic,
    pattern::{PatternWord, TopicPattern},
    rule::TopicRule,
    word::escape,
};
