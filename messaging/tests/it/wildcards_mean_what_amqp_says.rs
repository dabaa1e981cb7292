use factum_messaging::{Topic, TopicPattern};

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
