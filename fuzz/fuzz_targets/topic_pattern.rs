//! Any text is a pattern or refused; what matches is what the specification says, and takes no longer than it should.
#![no_main]

use factum::{
    invalid::Field,
    messaging::{Topic, TopicPattern, topic::escape},
};
use libfuzzer_sys::fuzz_target;

/// What AMQP 0-9-1 says, as a table of which part of the pattern matches which part of the topic.
fn expected(pattern: &str, topic: &str) -> bool {
    let (pattern, topic): (Vec<_>, Vec<_>) = (pattern.split('.').collect(), topic.split('.').collect());
    let mut row = vec![false; topic.len() + 1];
    row[0] = true;
    for word in pattern {
        let mut next = vec![false; topic.len() + 1];
        next[0] = word == "#" && row[0];
        for (i, found) in topic.iter().enumerate() {
            next[i + 1] = match word {
                "#" => row[i + 1] || next[i],
                "*" => row[i],
                word => row[i] && word == *found,
            };
        }
        row = next;
    }
    row[topic.len()]
}

fuzz_target!(|text: &str| {
    // Neither has a line break.
    let (pattern, topic) = text.split_once('\n').unwrap_or((text, text));
    let word = escape(topic);
    let as_word = Topic::new(&word);
    assert!(!word.is_empty() && !word.contains(['.', '*', '#']));
    assert!(as_word.is_ok() || word.len() > factum::limits::TOPIC_BYTES);

    let read = pattern.parse::<TopicPattern>();
    match &read {
        Ok(read) => assert_eq!(read.to_string(), pattern),
        Err(refused) => {
            assert!(matches!(refused.field(), Field::TopicPattern | Field::TopicPatternWords));
            assert!(pattern.parse::<Topic>().is_err());
        }
    }
    if let (Ok(read), Ok(found)) = (read, topic.parse::<Topic>()) {
        assert_eq!(found.to_string(), topic);
        assert_eq!(read.matches(&found), expected(pattern, topic));
        assert!(TopicPattern::from(found.clone()).matches(&found));
    }
});
