use factum_core::{
    EventType, NewEvent, Position, RecordedEvent, StreamId, StreamVersion, Timestamp, Topic, TopicPattern,
    limits,
};
use proptest::prelude::*;

fn recorded(category: &str, key: &str, event_type: &str) -> RecordedEvent {
    let stream = StreamId::new(category, key).unwrap();
    let event = NewEvent::new(stream, EventType::new(event_type).unwrap(), "{}");
    event.recorded(Position::new(1), StreamVersion::FIRST, Timestamp::UNIX_EPOCH)
}

fn topic(category: &str, key: &str, event_type: &str) -> Topic {
    Topic::of_event(&recorded(category, key, event_type))
}

#[test]
fn which_is_its_category_its_key_and_its_type() {
    assert_eq!(topic("order", "7", "Paid").as_str(), "order.7.Paid");
    assert_eq!(topic("order", "7-a", "order.paid").as_str(), "order.7-a.order.paid");
    assert_eq!(topic("a.b", "*", "#").as_str(), "a%2Eb.%2A.%23");
    assert_eq!(topic("a", "b", ".c..").as_str(), "a.b.%.c.%.%");
}

#[test]
fn however_large_its_parts_are() {
    for (character, separators) in [(".", limits::EVENT_TYPE_BYTES), ("#", 0)] {
        let text = |bytes: usize| character.repeat(bytes);
        let topic = topic(
            &text(limits::CATEGORY_BYTES),
            &text(limits::STREAM_KEY_BYTES),
            &text(limits::EVENT_TYPE_BYTES),
        );
        assert_eq!(topic.words().count(), 3 + separators);
    }
    assert_eq!(
        topic(&"#".repeat(128), &"#".repeat(1_024), &"#".repeat(256)).as_str().len(),
        limits::TOPIC_BYTES
    );
}

const PART: &str = "[a.*#% é]{1,4}";

proptest! {
    #[test]
    fn and_no_other_events(a in (PART, PART, PART), b in (PART, PART, PART)) {
        let same = topic(&a.0, &a.1, &a.2) == topic(&b.0, &b.1, &b.2);
        prop_assert_eq!(same, a == b);
    }

    #[test]
    fn with_category_and_key_as_one_word_each(key in "\\PC{1,40}", event_type in "\\PC{1,20}") {
        let topic = topic("order", &key, &event_type);
        let words = ["order", "*"].into_iter().chain(event_type.split('.').map(|_| "*"));
        let pattern: TopicPattern = words.collect::<Vec<_>>().join(".").parse().unwrap();
        prop_assert!(pattern.matches(&topic), "{} and {}", pattern, topic);
    }
}
