use crate::Topic;
use std::fmt::Write as _;

/// The words of a topic, or literal words of a pattern, as a part of a subject.
///
/// The dots are the same. A character that NATS forbids, or that is a wildcard there (space and `>`), and `=`, become `=` and two
/// hexadecimal digits; everything else that a topic may have, a subject may have too. It is not the percent sign that begins an
/// escape, since that would make those longer that a topic [has already](crate::topic::escape).
///
/// | topic | subject, after its prefix |
/// |---|---|
/// | `order.7.paid` | `order.7.paid` |
/// | `user.ada@example%2Ecom.seen` | `user.ada@example%2Ecom.seen` |
/// | `größe.a b>c=d` | `größe.a=20b=3Ec=3Dd` |
pub(super) fn encode(text: &str) -> String {
    let mut subject = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if matches!(c, ' ' | '>' | '=') {
            write!(subject, "={:02X}", u32::from(c)).expect("writing to a string does not fail");
        } else {
            subject.push(c);
        }
    }
    subject
}

/// The topic that [`encode`] makes this of, or what comes nearest where somebody else has made the subject; `None` if there is none.
pub(super) fn decode(subject: &str) -> Option<Topic> {
    let mut text = String::with_capacity(subject.len());
    let mut rest = subject;
    while let Some((before, after)) = rest.split_once('=') {
        text.push_str(before);
        let escaped = after.get(..2).and_then(|digits| match digits {
            "20" => Some(' '),
            "3E" => Some('>'),
            "3D" => Some('='),
            _ => None,
        });
        text.push(escaped.unwrap_or('='));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    text.push_str(rest);
    Topic::new(text).ok()
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};
    use crate::Topic;
    use proptest::prelude::*;

    fn topic() -> impl Strategy<Value = Topic> {
        let word = proptest::collection::vec(
            prop_oneof![Just('='), Just(' '), Just('>'), Just('2'), Just('0'), Just('%'), any::<char>()],
            1..8,
        );
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
        fn different_topics_have_different_subjects(a in topic(), b in topic()) {
            prop_assert_eq!(a == b, encode(a.as_str()) == encode(b.as_str()));
        }

        #[test]
        fn a_subject_is_one_that_nats_takes_and_keeps_its_words(topic in topic()) {
            let subject = encode(topic.as_str());
            prop_assert!(!subject.contains([' ', '\t', '\r', '\n', '>', '*']));
            prop_assert_eq!(subject.split('.').count(), topic.words().count());
            prop_assert!(subject.split('.').all(|word| !word.is_empty()));
        }
    }

    #[test]
    fn what_others_have_written_is_taken_as_it_is() {
        let text = |subject| decode(subject).map(|topic| topic.as_str().to_owned());
        assert_eq!(text("a=b.c="), Some("a=b.c=".to_owned()));
        assert_eq!(text("a=ü"), Some("a=ü".to_owned()));
        assert_eq!(text("a#b"), None);
    }
}
