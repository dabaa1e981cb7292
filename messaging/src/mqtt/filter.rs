use super::topic::encode_word;
use crate::{TopicPattern, topic::PatternWord};

/// The topic filters that pass whatever topic matches one of `patterns`, without the prefix. None overlaps another, since a broker
/// may deliver a message once for each of those that it passes.
///
/// What passes a filter need not match a pattern: MQTT has no `#` that other levels follow, and filters that overlap become one. The
/// rest is left out where it comes in.
pub(super) fn filters(patterns: &[TopicPattern]) -> Vec<String> {
    let mut filters: Vec<_> = patterns.iter().map(of).collect();
    filters.sort_unstable();
    filters.dedup();
    while let Some((a, b)) = overlapping(&filters) {
        // `b` comes after `a`, so that what is left of it stays where it is.
        let b = filters.swap_remove(b);
        filters[a] = merge(&filters[a], &b);
    }
    filters
}

/// The narrowest filter that passes what `pattern` matches.
fn of(pattern: &TopicPattern) -> String {
    let mut levels = Vec::new();
    for word in pattern.words() {
        match word {
            PatternWord::Word(word) => levels.push(encode_word(word)),
            PatternWord::One => levels.push("+".to_owned()),
            PatternWord::Any => {
                // It passes the level above it too, as in a pattern.
                levels.push("#".to_owned());
                break;
            }
        }
    }
    levels.join("/")
}

fn overlapping(filters: &[String]) -> Option<(usize, usize)> {
    let mut pairs = (0..filters.len()).flat_map(|a| (a + 1..filters.len()).map(move |b| (a, b)));
    pairs.find(|(a, b)| overlap(&filters[*a], &filters[*b]))
}

/// Whether there is a topic that passes both.
fn overlap(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.split('/'), b.split('/'));
    loop {
        match (a.next(), b.next()) {
            (None, None) | (Some("#"), _) | (_, Some("#")) => return true,
            (Some(x), Some(y)) if x == y || x == "+" || y == "+" => {}
            _ => return false,
        }
    }
}

/// A filter that passes what either of two that overlap does.
fn merge(a: &str, b: &str) -> String {
    let (mut a, mut b) = (a.split('/'), b.split('/'));
    let mut merged = Vec::new();
    loop {
        match (a.next(), b.next()) {
            (None, None) => break,
            (Some(x), Some(y)) if x == y => merged.push(x),
            (Some("#"), _) | (_, Some("#")) | (None, _) | (_, None) => {
                merged.push("#");
                break;
            }
            (Some(_), Some(_)) => merged.push("+"),
        }
    }
    merged.join("/")
}

#[cfg(test)]
mod tests {
    use super::filters;
    use crate::{Topic, TopicPattern, mqtt::topic::encode};
    use proptest::prelude::*;

    fn of(patterns: &[&str]) -> Vec<String> {
        let patterns: Vec<TopicPattern> = patterns.iter().map(|pattern| pattern.parse().unwrap()).collect();
        filters(&patterns)
    }

    #[test]
    fn a_pattern_becomes_a_filter() {
        assert_eq!(of(&["order.*.paid"]), ["order/+/paid"]);
        assert_eq!(of(&["order.#"]), ["order/#"]);
        assert_eq!(of(&["order.#.paid"]), ["order/#"]);
        assert_eq!(of(&["#"]), ["#"]);
        assert_eq!(of(&["a/b.+"]), ["a=2Fb/=2B"]);
        assert!(of(&[]).is_empty());
    }

    #[test]
    fn filters_do_not_overlap() {
        assert_eq!(of(&["a.b", "a.*"]), ["a/+"]);
        assert_eq!(of(&["a.*", "*.b"]), ["+/+"]);
        assert_eq!(of(&["a.#", "a", "a.b.c"]), ["a/#"]);
        assert_eq!(of(&["a.#.b", "*.c"]), ["+/#"]);
        assert_eq!(of(&["*", "a", "b.#"]), ["+/#"], "what overlaps only the filter of the first two");
        assert_eq!(of(&["a", "b"]), ["a", "b"]);
    }

    /// What a broker does.
    fn passes(filter: &str, name: &str) -> bool {
        let (mut filter, mut name) = (filter.split('/'), name.split('/'));
        loop {
            match (filter.next(), name.next()) {
                (None, None) | (Some("#"), _) => return true,
                (Some(x), Some(y)) if x == "+" || x == y => {}
                _ => return false,
            }
        }
    }

    fn word() -> impl Strategy<Value = &'static str> {
        prop_oneof![Just("a"), Just("b"), Just("c/d"), Just("*"), Just("#")]
    }

    proptest! {
        #[test]
        fn what_matches_a_pattern_passes_one_filter(
            patterns in proptest::collection::vec(proptest::collection::vec(word(), 1..5), 1..5),
            topic in proptest::collection::vec(prop_oneof![Just("a"), Just("b"), Just("c/d")], 1..6),
        ) {
            let patterns: Vec<TopicPattern> =
                patterns.iter().map(|words| words.join(".").parse().unwrap()).collect();
            let topic: Topic = topic.join(".").parse().unwrap();
            let filters = filters(&patterns);
            let name = encode(topic.as_str());
            let passed = filters.iter().filter(|filter| passes(filter, &name)).count();
            prop_assert!(passed <= 1, "{filters:?}");
            if patterns.iter().any(|pattern| pattern.matches(&topic)) {
                prop_assert_eq!(passed, 1, "{:?} does not pass {:?}", topic, filters);
            }
        }
    }
}
