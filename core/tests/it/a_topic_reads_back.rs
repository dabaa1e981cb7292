use factum_core::{
    Invalid, Topic, TopicPattern,
    invalid::{Field, Reason},
    limits,
    topic::escape,
};
use proptest::{collection::vec, prelude::*};

/// Turns [`escape`] round, without any of its code.
fn unescape(word: &str) -> String {
    if word == "%" {
        return String::new();
    }
    let mut bytes = word.bytes();
    let mut text = Vec::new();
    while let Some(byte) = bytes.next() {
        text.push(match byte {
            b'%' => {
                let mut digit = || char::from(bytes.next().unwrap()).to_digit(16).unwrap();
                (digit() * 16 + digit()) as u8
            }
            byte => byte,
        });
    }
    String::from_utf8(text).unwrap()
}

/// Text that is often nearly a topic.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-b.*#%\\x00\\x80 é😀]{0,12}", "([a-b]|\\*|#)(\\.([a-b]|\\*|#)){0,6}"]
}

proptest! {
    #[test]
    fn whatever_it_is_made_from(text in text()) {
        let is_topic = match text.parse::<Topic>() {
            Ok(topic) => {
                prop_assert_eq!(topic.to_string(), &*text);
                let json = serde_json::to_string(&topic).unwrap();
                prop_assert_eq!(serde_json::from_str::<Topic>(&json).unwrap(), topic.clone());
                prop_assert!(TopicPattern::from(topic.clone()).matches(&topic));
                true
            }
            Err(refused) => {
                prop_assert!(matches!(refused.field(), Field::Topic | Field::TopicWords));
                false
            }
        };
        match text.parse::<TopicPattern>() {
            Ok(pattern) => {
                prop_assert_eq!(pattern.to_string(), &*text);
                let json = serde_json::to_string(&pattern).unwrap();
                prop_assert_eq!(serde_json::from_str::<TopicPattern>(&json).unwrap(), pattern);
                prop_assert_eq!(is_topic, !text.contains(['*', '#']));
            }
            Err(refused) => {
                prop_assert!(matches!(refused.field(), Field::TopicPattern | Field::TopicPatternWords));
                prop_assert!(!is_topic, "every topic is a pattern");
            }
        }
    }

    #[test]
    fn words_of_any_text_come_back(words in vec(any::<String>(), 1..6)) {
        let topic = Topic::from_words(&words).unwrap();
        prop_assert_eq!(topic.words().map(unescape).collect::<Vec<_>>(), words);
    }

    #[test]
    fn different_text_gives_different_words(a in text(), b in text()) {
        prop_assert_eq!(escape(&a) == escape(&b), a == b);
    }
}

#[test]
fn or_it_is_refused_with_the_reason() {
    let refused = |text: &str| text.parse::<Topic>().unwrap_err().to_string();
    assert_eq!(refused(""), "topic is empty");
    assert_eq!(refused("."), "topic has an empty word at byte 0");
    assert_eq!(refused("é."), "topic has an empty word at byte 3");
    assert_eq!(refused("a..b"), "topic has an empty word at byte 2");
    assert_eq!(refused("order.*"), "topic has the character '*' at byte 6");
    assert_eq!(refused("a\n"), "topic has the character '\\n' at byte 1");

    let refused = |text: &str| text.parse::<TopicPattern>().unwrap_err().to_string();
    assert_eq!(refused("order.7*"), "topic pattern has the character '*' at byte 7");
    assert_eq!(refused("##"), "topic pattern has the character '#' at byte 0");
    assert_eq!(refused("#..a"), "topic pattern has an empty word at byte 2");
    assert!(serde_json::from_str::<TopicPattern>("\"a..b\"").is_err());
}

#[test]
fn the_limits_are_where_they_are_said_to_be() {
    let too_long = |refused: Invalid| match refused.reason() {
        Reason::TooLong { length, limit } => (refused.field(), *length, *limit),
        other => panic!("{other:?}"),
    };
    let bytes = "a".repeat(limits::TOPIC_BYTES);
    let words = vec!["a"; limits::TOPIC_WORDS].join(".");
    for text in [&bytes, &words] {
        assert_eq!(text.parse::<Topic>().unwrap().as_str(), text);
        assert_eq!(text.parse::<TopicPattern>().unwrap().as_str(), text);
    }
    let (bytes, words) = (format!("{bytes}a"), format!("{words}.a"));
    let (most_bytes, most_words) = (limits::TOPIC_BYTES, limits::TOPIC_WORDS);
    let refused = too_long(bytes.parse::<Topic>().unwrap_err());
    assert_eq!(refused, (Field::Topic, most_bytes + 1, most_bytes));
    let refused = too_long(words.parse::<Topic>().unwrap_err());
    assert_eq!(refused, (Field::TopicWords, most_words + 1, most_words));
    let refused = too_long(bytes.parse::<TopicPattern>().unwrap_err());
    assert_eq!(refused, (Field::TopicPattern, most_bytes + 1, most_bytes));
    let refused = words.parse::<TopicPattern>().unwrap_err();
    assert_eq!(refused.to_string(), "topic pattern has 260 words, the limit is 259");
    assert_eq!(too_long(refused).0, Field::TopicPatternWords);
}
