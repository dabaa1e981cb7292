use crate::{TopicPattern, topic::PatternWord};

/// Google takes no longer one.
const BYTES: usize = 256;

/// The filter of a subscription to `patterns`: each message under a topic that matches one of them passes it. Empty, which passes
/// everything, where nothing narrower can be said.
///
/// What passes need not match: Pub/Sub knows whole values and how they begin, and nothing of words. The rest is left out where it
/// comes in.
pub(super) fn filter(patterns: &[TopicPattern]) -> String {
    let mut terms: Vec<Term> = patterns.iter().map(Term::of).collect();
    terms.sort_unstable();
    terms.dedup();
    let wider = terms.clone();
    terms.retain(|term| !wider.iter().any(|other| other != term && other.covers(term)));
    if terms.iter().any(|term| term.begins.is_empty() && !term.is_whole) {
        return String::new();
    }
    let filter = terms.iter().map(Term::text).collect::<Vec<_>>().join(" OR ");
    if filter.len() > BYTES { String::new() } else { filter }
}

/// What a topic has to be, or to begin with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Term {
    begins: String,
    is_whole: bool,
}

impl Term {
    fn of(pattern: &TopicPattern) -> Self {
        let mut begins = String::new();
        let mut words = pattern.words().peekable();
        while let Some(word) = words.next() {
            match word {
                PatternWord::Word(word) => begins.push_str(word),
                PatternWord::One => return Self::beginning(&begins),
                // It stands for nothing, too.
                PatternWord::Any => return Self::beginning(begins.trim_end_matches('.')),
            }
            if words.peek().is_some() {
                begins.push('.');
            }
        }
        let safe = safe(&begins);
        Self { is_whole: safe.len() == begins.len(), begins: safe.to_owned() }
    }

    fn beginning(text: &str) -> Self {
        Self { begins: safe(text).to_owned(), is_whole: false }
    }

    fn covers(&self, other: &Self) -> bool {
        !self.is_whole && other.begins.starts_with(&self.begins)
    }

    fn text(&self) -> String {
        let Self { begins, is_whole } = self;
        match is_whole {
            true => format!("attributes.topic = \"{begins}\""),
            false => format!("hasPrefix(attributes.topic, \"{begins}\")"),
        }
    }
}

/// As far as nothing has to be escaped in a filter.
fn safe(text: &str) -> &str {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | ' ' | '%');
    &text[..text.find(|c| !is_plain(c)).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::filter;
    use crate::TopicPattern;

    fn of(patterns: &[&str]) -> String {
        let patterns: Vec<TopicPattern> = patterns.iter().map(|pattern| pattern.parse().unwrap()).collect();
        filter(&patterns)
    }

    #[test]
    fn a_pattern_becomes_a_filter() {
        assert_eq!(of(&["order.7.paid"]), r#"attributes.topic = "order.7.paid""#);
        assert_eq!(of(&["order.*.paid"]), r#"hasPrefix(attributes.topic, "order.")"#);
        assert_eq!(of(&["order.#"]), r#"hasPrefix(attributes.topic, "order")"#);
        assert_eq!(of(&["order.#.paid"]), r#"hasPrefix(attributes.topic, "order")"#);
        assert_eq!(of(&["a\"b.c"]), r#"hasPrefix(attributes.topic, "a")"#);
        assert_eq!(
            of(&["order.7", "user.*"]),
            r#"attributes.topic = "order.7" OR hasPrefix(attributes.topic, "user.")"#
        );
    }

    #[test]
    fn what_another_one_covers_is_left_out() {
        assert_eq!(of(&["order.7", "order.*", "order.7"]), r#"hasPrefix(attributes.topic, "order.")"#);
        assert_eq!(of(&["order.7", "#"]), "");
        assert_eq!(of(&["*.*.Paid"]), "");
        assert_eq!(of(&["\"", "a"]), "");
    }

    #[test]
    fn one_that_is_too_long_is_none() {
        assert_eq!(of(&[&"a".repeat(250)]), "");
    }
}
