use super::subject::encode;
use crate::{TopicPattern, topic::PatternWord};

/// The filters of a consumer that listens to `patterns`: each subject of a topic that matches one of them passes one of these, and
/// no subject passes two, which a server would refuse. There are at most `most` of them, each of at most `bytes` bytes.
///
/// What passes a filter need not match a pattern: NATS has nothing like a `#` that other words follow, a `>` stands for one word at
/// least, and servers before 2.10 take one filter only. The rest is left out where it comes in.
pub(super) fn filters(prefix: &str, patterns: &[TopicPattern], most: usize, bytes: usize) -> Vec<String> {
    let mut filters: Vec<_> = patterns.iter().flat_map(|pattern| of(prefix, pattern)).collect();
    let widest = format!("{prefix}.>");
    for filter in &mut filters {
        while filter.len() > bytes && *filter != widest {
            let (kept, _) = filter.trim_end_matches(".>").rsplit_once('.').unwrap_or((prefix, ""));
            *filter = format!("{kept}.>");
        }
    }
    filters.sort_unstable();
    filters.dedup();
    while let Some((a, b)) = to_merge(&filters, most) {
        let merged = merge(&filters[a], &filters[b]);
        filters.retain(|filter| !covers(&merged, filter));
        filters.push(merged);
    }
    if filters.is_empty() {
        // Nobody's subject, since that is no escape of a word; without any filter it would be everybody's.
        filters.push(format!("{prefix}.="));
    }
    filters
}

/// Up to two filters that pass whatever `pattern` matches.
fn of(prefix: &str, pattern: &TopicPattern) -> Vec<String> {
    let mut words = pattern.words().peekable();
    let mut filter = prefix.to_owned();
    while let Some(word) = words.next() {
        match word {
            PatternWord::Word(word) => filter = format!("{filter}.{}", encode(word)),
            PatternWord::One => filter.push_str(".*"),
            PatternWord::Any => {
                let is_last = words.all(|word| word == PatternWord::Any);
                let deeper = format!("{filter}.>");
                // Nothing has the prefix alone.
                return if is_last && filter != prefix { vec![filter, deeper] } else { vec![deeper] };
            }
        }
    }
    vec![filter]
}

/// Two filters that cannot both stay.
fn to_merge(filters: &[String], most: usize) -> Option<(usize, usize)> {
    let mut pairs = (0..filters.len()).flat_map(|a| (a + 1..filters.len()).map(move |b| (a, b)));
    let overlapping = pairs.find(|(a, b)| overlap(&filters[*a], &filters[*b]));
    overlapping.or((filters.len() > most.max(1)).then_some((0, 1)))
}

/// Whether there is a subject that passes both.
fn overlap(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        match (a.next(), b.next()) {
            (None, None) | (Some(">"), Some(_)) | (Some(_), Some(">")) => return true,
            (Some(x), Some(y)) if x == y || x == "*" || y == "*" => {}
            _ => return false,
        }
    }
}

/// Whether whatever passes `filter` passes `wider` too.
pub(super) fn covers(wider: &str, filter: &str) -> bool {
    let (mut wider, mut filter) = (wider.split('.'), filter.split('.'));
    loop {
        match (wider.next(), filter.next()) {
            (None, None) | (Some(">"), Some(_)) => return true,
            (Some("*"), Some(word)) if word != ">" => {}
            (Some(x), Some(y)) if x == y => {}
            _ => return false,
        }
    }
}

/// The narrowest filter that passes what either does, as far as words at the same place tell.
fn merge(a: &str, b: &str) -> String {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    let mut merged = Vec::new();
    loop {
        match (a.next(), b.next()) {
            (None, None) => break,
            (Some(x), Some(y)) if x == y => merged.push(x),
            (Some(x), Some(y)) if x == ">" || y == ">" => {
                merged.push(">");
                break;
            }
            (Some(_), Some(_)) => merged.push("*"),
            // A `>` in this place would not pass the one that has ended.
            (Some(_), None) | (None, Some(_)) => {
                merged.pop();
                merged.push(">");
                break;
            }
        }
    }
    merged.join(".")
}

#[cfg(test)]
mod tests {
    use super::{covers, filters, merge, overlap};
    use crate::{Topic, TopicPattern, nats::subject::encode};
    use proptest::prelude::*;

    fn of(patterns: &[&str], most: usize) -> Vec<String> {
        let patterns: Vec<TopicPattern> = patterns.iter().map(|pattern| pattern.parse().unwrap()).collect();
        filters("f", &patterns, most, 4_000)
    }

    #[test]
    fn a_pattern_becomes_filters() {
        assert_eq!(of(&["order.7.paid"], 9), ["f.order.7.paid"]);
        assert_eq!(of(&["order.*.paid"], 9), ["f.order.*.paid"]);
        assert_eq!(of(&["order.#"], 9), ["f.order", "f.order.>"]);
        assert_eq!(of(&["#"], 9), ["f.>"]);
        assert_eq!(of(&["#.#"], 9), ["f.>"]);
        assert_eq!(of(&["#.paid"], 9), ["f.>"]);
        assert_eq!(of(&["order.#.paid"], 9), ["f.order.>"]);
        assert_eq!(of(&["a b.>"], 9), ["f.a=20b.=3E"]);
        assert_eq!(of(&[], 9), ["f.="]);
    }

    #[test]
    fn filters_do_not_overlap() {
        assert_eq!(of(&["a.b", "a.*", "a.b"], 9), ["f.a.*"]);
        assert_eq!(of(&["a.*", "*.b"], 9), ["f.*.*"]);
        assert_eq!(of(&["a.#", "a.b.c"], 9), ["f.a", "f.a.>"]);
        assert_eq!(of(&["a", "b"], 9), ["f.a", "f.b"]);
    }

    #[test]
    fn an_old_server_takes_one() {
        assert_eq!(of(&["a.b", "a.c"], 1), ["f.a.*"]);
        assert_eq!(of(&["a.#"], 1), ["f.>"]);
        assert_eq!(of(&["a.b.c", "a.d"], 1), ["f.a.>"]);
        assert_eq!(of(&["*.*.Paid", "*.*.Shipped"], 1), ["f.*.*.*"]);
    }

    #[test]
    fn a_filter_that_is_too_long_is_cut() {
        let pattern: TopicPattern = "aaaa.bbbb.cccc".parse().unwrap();
        assert_eq!(filters("f", std::slice::from_ref(&pattern), 9, 13), ["f.aaaa.bbbb.>"]);
        assert_eq!(filters("f", &[pattern], 9, 5), ["f.>"]);
    }

    fn word() -> impl Strategy<Value = &'static str> {
        prop_oneof![Just("a"), Just("b"), Just("c d"), Just("*"), Just("#")]
    }

    proptest! {
        #[test]
        fn what_matches_a_pattern_passes_one_filter(
            patterns in proptest::collection::vec(proptest::collection::vec(word(), 1..5), 1..5),
            topic in proptest::collection::vec(prop_oneof![Just("a"), Just("b"), Just("c d")], 1..6),
            most in 1_usize..5,
        ) {
            let patterns: Vec<TopicPattern> =
                patterns.iter().map(|words| words.join(".").parse().unwrap()).collect();
            let topic: Topic = topic.join(".").parse().unwrap();
            let filters = filters("f", &patterns, most, 4_000);
            prop_assert!(filters.len() <= most);
            let subject = format!("f.{}", encode(topic.as_str()));
            let passed = filters.iter().filter(|filter| covers(filter, &subject)).count();
            prop_assert!(passed <= 1, "{filters:?}");
            if patterns.iter().any(|pattern| pattern.matches(&topic)) {
                prop_assert_eq!(passed, 1, "{:?} does not pass {:?}", topic, filters);
            }
        }

        #[test]
        fn merging_covers_both(a in filter(), b in filter()) {
            let merged = merge(&a, &b);
            prop_assert!(covers(&merged, &a) && covers(&merged, &b), "{merged}");
            prop_assert!(overlap(&merged, &a));
        }
    }

    fn filter() -> impl Strategy<Value = String> {
        let words = proptest::collection::vec(prop_oneof![Just("a"), Just("b"), Just("*")], 1..5);
        (words, any::<bool>()).prop_map(|(words, is_deep)| {
            let deep = if is_deep { ".>" } else { "" };
            format!("f.{}{deep}", words.join("."))
        })
    }
}
