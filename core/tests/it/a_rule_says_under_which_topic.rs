use factum_core::{
    EventType, NewEvent, Position, RecordedEvent, StreamId, StreamVersion, Timestamp, Topic, limits,
    topic::TopicRule,
};
use proptest::prelude::*;
use std::panic;

fn recorded(category: &str, key: &str, event_type: &str) -> RecordedEvent {
    let stream = StreamId::new(category, key).unwrap();
    let event = NewEvent::new(stream, EventType::new(event_type).unwrap(), "{}");
    event.recorded(Position::new(1), StreamVersion::FIRST, Timestamp::UNIX_EPOCH)
}

#[test]
fn an_event_is_published() {
    let paid = recorded("order", "7.a", "order.paid");
    for (rule, topic, pattern) in [
        ("payments.{key}.made", "payments.7%2Ea.made", "payments.*.made"),
        ("payments", "payments", "payments"),
        ("shop.{category}.{type}", "shop.order.order.paid", "shop.*.order.paid"),
        ("{key}.{category}", "7%2Ea.order", "*.*"),
        ("zahlungen.größe", "zahlungen.größe", "zahlungen.größe"),
    ] {
        let rule = TopicRule::new(rule);
        assert_eq!(rule.topic(&paid).unwrap().as_str(), topic);
        assert_eq!(rule.pattern("order.paid").unwrap().as_str(), pattern);
    }
    assert_eq!(TopicRule::new("a.{category}.{key}").address("my order", "Paid"), "a.my order.{key}");
}

#[test]
fn which_may_be_too_long() {
    let key = "#".repeat(limits::STREAM_KEY_BYTES);
    let rule = TopicRule::new("{key}.{key}");
    assert_eq!(
        rule.topic(&recorded("a", &key, "b")).unwrap_err().to_string(),
        "topic has 6145 bytes, the limit is 4226"
    );
}

#[test]
fn and_what_no_topic_can_be_is_no_rule() {
    for wrong in
        ["", ".", "a..b", "a.", "a*", "#", "{key}s", "{id}", "a.{}", "a\n", "a\u{85}", &"a".repeat(257)]
    {
        let wrong: &'static str = wrong.to_owned().leak();
        assert!(panic::catch_unwind(|| TopicRule::new(wrong)).is_err(), "{wrong:?}");
    }
}

const WORDS: &str = "(\\{category\\}|\\{key\\}|\\{type\\}|[a.é*#{}\u{85}]{0,2})(\\.(\\{category\\}|\\{key\\}|\\{type\\}|[aé%\u{85}]{0,2})){0,3}";

proptest! {
    #[test]
    fn what_is_one_gives_a_topic_that_its_pattern_matches(rule in WORDS, key in "\\PC{1,9}", of in "[a.#]{1,5}") {
        let rule: &'static str = rule.leak();
        if let Ok(rule) = panic::catch_unwind(|| TopicRule::new(rule)) {
            let topic = rule.topic(&recorded("order", &key, &of)).unwrap();
            prop_assert!(rule.pattern(&of).unwrap().matches(&topic));
        }
    }

    #[test]
    fn the_usual_one_is_that_of_the_log(key in "\\PC{1,9}", of in "[a.#]{1,5}") {
        let event = recorded("order", &key, &of);
        prop_assert_eq!(TopicRule::DEFAULT.topic(&event).unwrap(), Topic::of_event(&event));
    }
}
