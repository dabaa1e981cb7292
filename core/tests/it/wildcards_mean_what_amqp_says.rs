use factum_core::{Topic, TopicPattern, limits};
use proptest::prelude::*;

/// The pattern, topics that match, topics that do not.
const TABLE: [(&str, &[&str], &[&str]); 12] = [
    ("order.paid", &["order.paid"], &["order", "order.paid.now", "order.Paid", "paid.order"]),
    ("order.*", &["order.7", "order.%"], &["order", "order.7.paid"]),
    ("order.*.paid", &["order.7.paid"], &["order.paid", "order.7.8.paid"]),
    ("*", &["a"], &["a.b"]),
    ("*.*", &["a.b"], &["a", "a.b.c"]),
    ("#", &["a", "a.b.c"], &[]),
    ("order.#", &["order", "order.7", "order.7.paid"], &["orders", "a.order"]),
    ("#.paid", &["paid", "order.paid", "order.7.paid"], &["paid.x", "unpaid"]),
    ("a.#.b", &["a.b", "a.x.b", "a.b.b", "a.x.b.y.b"], &["a", "a.b.c", "b"]),
    ("#.a.#", &["a", "x.a", "a.x", "x.a.y"], &["x", "x.y"]),
    ("#.*", &["a", "a.b"], &[]),
    ("*.#.*", &["a.b", "a.b.c"], &["a"]),
];

#[test]
fn word_by_word() {
    for (pattern, yes, no) in TABLE {
        let pattern: TopicPattern = pattern.parse().unwrap();
        let matches = |topic: &&str| pattern.matches(&topic.parse::<Topic>().unwrap());
        assert!(yes.iter().all(matches), "{pattern} and {yes:?}");
        assert!(!no.iter().any(matches), "{pattern} and {no:?}");
    }
}

/// What the specification says, word by word.
fn naive(pattern: &[&str], topic: &[&str]) -> bool {
    match pattern {
        [] => topic.is_empty(),
        ["#", rest @ ..] => (0..=topic.len()).any(|taken| naive(rest, &topic[taken..])),
        ["*", rest @ ..] => !topic.is_empty() && naive(rest, &topic[1..]),
        [word, rest @ ..] => topic.first() == Some(word) && naive(rest, &topic[1..]),
    }
}

proptest! {
    #[test]
    fn as_a_naive_matcher_says(
        pattern in "([ab]|\\*|#)(\\.([ab]|\\*|#)){0,6}",
        topic in "[abc](\\.[abc]){0,6}",
    ) {
        let expected = {
            let (pattern, topic): (Vec<_>, Vec<_>) = (pattern.split('.').collect(), topic.split('.').collect());
            naive(&pattern, &topic)
        };
        let matches = pattern.parse::<TopicPattern>().unwrap().matches(&topic.parse().unwrap());
        prop_assert_eq!(matches, expected, "{} and {}", pattern, topic);
    }
}

/// With each `#` tried at each length, this would not end.
#[test]
fn in_no_time_whatever_the_pattern() {
    for hostile in ["#.*.", "#.", "#.a.", "*.#."] {
        let words = limits::TOPIC_WORDS;
        let pattern = format!("{}b", hostile.repeat((words - 1) / (hostile.len() / 2)));
        let topic: Topic = vec!["a"; words].join(".").parse().unwrap();
        assert!(!pattern.parse::<TopicPattern>().unwrap().matches(&topic));
    }
}
