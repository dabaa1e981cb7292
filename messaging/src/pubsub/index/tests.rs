use super::Index;
use crate::{Topic, TopicPattern};
use proptest::{collection::vec, prelude::*};
use std::collections::BTreeSet;

fn topic(text: &str) -> Topic {
    text.parse().expect("a topic")
}

fn pattern(text: &str) -> TopicPattern {
    text.parse().expect("a pattern")
}

fn found<T: Copy>(index: &Index<T>, topic: &Topic) -> Vec<T> {
    index.matching(topic).copied().collect()
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
    fn the_index_the_matcher_and_the_specification_agree(
        patterns in vec(vec(prop_oneof!["a", "b", "\\*", "#"], 1..7), 1..40),
        removed in any::<prop::sample::Index>(),
        topics in vec(vec(prop_oneof!["a", "b", "c"], 1..7), 1..10),
    ) {
        let mut index = Index::new();
        for (id, words) in (0..).zip(&patterns) {
            index.insert(&pattern(&words.join(".")), id, id);
        }
        let removed = removed.index(patterns.len());
        let gone = removed as u64;
        prop_assert_eq!(index.remove(&pattern(&patterns[removed].join(".")), gone), Some(gone));
        prop_assert_eq!(index.len(), patterns.len() - 1);

        for words in &topics {
            let words: Vec<_> = words.iter().map(String::as_str).collect();
            let topic = topic(&words.join("."));
            let mut expected = BTreeSet::new();
            for (id, pattern) in (0..).zip(&patterns) {
                let matches = naive(&pattern.iter().map(String::as_str).collect::<Vec<_>>(), &words);
                let parsed = super::tests::pattern(&pattern.join("."));
                prop_assert_eq!(parsed.matches(&topic), matches, "{} and {}", parsed, topic);
                if matches && id != gone {
                    expected.insert(id);
                }
            }
            let found = found(&index, &topic);
            prop_assert_eq!(found.len(), expected.len(), "nothing is found twice");
            prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected);
        }
    }
}

#[test]
fn of_ten_thousand_patterns_a_topic_meets_only_those_that_share_its_words() {
    let mut index = Index::new();
    for id in 0..10_000 {
        index.insert(&pattern(&format!("order.{id}.paid")), id, id);
    }
    index.insert(&pattern("order.#"), 10_000, 10_000);
    index.insert(&pattern("*.*.paid"), 10_001, 10_001);

    let paid = topic("order.7.paid");
    assert_eq!(found(&index, &paid).into_iter().collect::<BTreeSet<_>>(), [7, 10_000, 10_001].into());
    assert!(index.walk(&paid).steps < 15, "{} steps", index.walk(&paid).steps);
}

#[test]
fn a_hostile_pattern_takes_no_longer_than_its_words_times_those_of_the_topic() {
    let words = factum_core::limits::TOPIC_WORDS;
    for hostile in ["#.*.", "#.", "#.a.", "*.#."] {
        let mut index = Index::new();
        let text = format!("{}b", hostile.repeat((words - 1) / (hostile.len() / 2)));
        let (pattern, topic) = (pattern(&text), topic(&vec!["a"; words].join(".")));
        index.insert(&pattern, 0, 0);
        assert!(found(&index, &topic).is_empty() && !pattern.matches(&topic));
        let steps = index.walk(&topic).steps;
        assert!(steps <= 3 * words * words, "{steps} steps");
    }
}

#[test]
fn nothing_is_left_of_what_was_removed() {
    let mut index = Index::new();
    let patterns = ["a.b.c", "a.*.c", "a.#.c", "#", "#.#.a.#.#", "a.b", "a.b"].map(pattern);
    for (id, pattern) in (0..).zip(&patterns) {
        index.insert(pattern, id, id);
    }
    assert_eq!(index.remove(&patterns[0], 1), None, "another one's id");
    assert_eq!(index.remove(&pattern("x.y"), 0), None);
    for (id, pattern) in (0..).zip(&patterns) {
        assert_eq!(index.remove(pattern, id), Some(id));
    }
    assert!(index.root.is_empty() && index.len() == 0);
}

#[test]
fn clearing_gives_everything_back() {
    let mut index = Index::new();
    for (id, text) in (0..).zip(["a.b", "a.*", "#", "#.a", "a.b"]) {
        index.insert(&pattern(text), id, id);
    }
    let mut values = index.clear();
    values.sort_unstable();
    assert_eq!((values, index.len()), (vec![0, 1, 2, 3, 4], 0));
    assert!(found(&index, &topic("a.b")).is_empty());
}
