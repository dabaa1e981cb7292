use crate::{Topic, topic::escape};
use std::fmt::Write as _;

/// A topic as a topic name of MQTT, without the prefix.
///
/// Words become levels. Of a word, `/`, `+` and `=` are written as `=` and two hexadecimal digits, and so is a `$` that it begins
/// with, since brokers keep such topics for themselves. It is not the percent sign that begins an escape, since that would make those
/// longer that a topic [has already](crate::topic::escape).
///
/// | topic | topic name |
/// |---|---|
/// | `order.7.paid` | `order/7/paid` |
/// | `größe.a/b.$c` | `größe/a=2Fb/=24c` |
pub(super) fn encode(topic: &str) -> String {
    let levels: Vec<_> = topic.split('.').map(encode_word).collect();
    levels.join("/")
}

/// One word.
pub(super) fn encode_word(word: &str) -> String {
    let mut level = String::with_capacity(word.len());
    for (at, c) in word.char_indices() {
        if matches!(c, '/' | '+' | '=') || (c == '$' && at == 0) {
            write!(level, "={:02X}", u32::from(c)).expect("writing to a string does not fail");
        } else {
            level.push(c);
        }
    }
    level
}

/// The topic that [`encode`] makes this of. What others have published comes as near to it as can be: a level with a character that
/// no word has, or with none, is [escaped](escape) to be a word. `None` if it is too long for a topic.
pub(super) fn decode(name: &str) -> Option<Topic> {
    let words: Vec<_> = name.split('/').map(decode_level).collect();
    Topic::new(words.join(".")).ok()
}

fn decode_level(level: &str) -> String {
    let mut word = String::with_capacity(level.len());
    let mut rest = level;
    while let Some((before, after)) = rest.split_once('=') {
        word.push_str(before);
        let escaped = after.get(..2).and_then(|digits| match digits {
            "2F" => Some('/'),
            "2B" => Some('+'),
            "3D" => Some('='),
            "24" => Some('$'),
            _ => None,
        });
        word.push(escaped.unwrap_or('='));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    word.push_str(rest);
    let is_word =
        !word.is_empty() && !word.contains(|c: char| matches!(c, '.' | '*' | '#') || c.is_control());
    if is_word { word } else { escape(&word).into_owned() }
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};
    use crate::Topic;
    use proptest::prelude::*;

    fn topic() -> impl Strategy<Value = Topic> {
        let character =
            prop_oneof![Just('='), Just('/'), Just('+'), Just('$'), Just('2'), Just('F'), any::<char>()];
        let word = proptest::collection::vec(character, 1..8);
        proptest::collection::vec(word, 1..5).prop_filter_map("not a topic", |words| {
            let words: Vec<String> = words.into_iter().map(String::from_iter).collect();
            Topic::new(words.join(".")).ok()
        })
    }

    proptest! {
        #[test]
        fn a_topic_comes_back(topic in topic()) {
            prop_assert_eq!(decode(&encode(topic.as_str())), Some(topic));
        }

        #[test]
        fn different_topics_have_different_names(a in topic(), b in topic()) {
            prop_assert_eq!(a == b, encode(a.as_str()) == encode(b.as_str()));
        }

        #[test]
        fn a_name_is_one_that_mqtt_takes_and_keeps_its_words(topic in topic()) {
            let name = encode(topic.as_str());
            prop_assert!(!name.contains(['+', '#', '\0']) && !name.starts_with('$'));
            prop_assert_eq!(name.split('/').count(), topic.words().count());
        }

        #[test]
        fn whatever_others_publish_is_a_topic(name in "[^\0+#]{1,40}") {
            prop_assert!(decode(&name).is_some(), "{name}");
        }
    }

    #[test]
    fn what_others_have_written_is_taken_as_it_is() {
        let text = |name| decode(name).map(|topic| topic.as_str().to_owned());
        assert_eq!(text("sensors/kitchen/t=x"), Some("sensors.kitchen.t=x".to_owned()));
        assert_eq!(text("v1.5//x"), Some("v1%2E5.%.x".to_owned()));
    }
}
