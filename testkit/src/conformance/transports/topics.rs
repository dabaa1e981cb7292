//! Topics and patterns mean the same on every transport.

use super::{listen, next, number, numbered, outgoing, publish, to};
use crate::conformance::Fixture;
use factum_core::{Topic, TopicPattern};
use factum_messaging::{Transport, transport::Outgoing};

const PATTERNS: [&str; 12] = [
    "#",
    "*",
    "*.*",
    "order",
    "order.#",
    "order.*",
    "order.*.paid",
    "order.#.paid",
    "#.paid",
    "*.7.#",
    "order.7.paid",
    "#.7.#",
];

const TOPICS: [&str; 11] = [
    "order",
    "orders",
    "order.7",
    "order.paid",
    "order.7.paid",
    "order.7.8.paid",
    "order.8.paid",
    "7",
    "paid",
    "invoice.7.sent",
    "Order.7.paid",
];

/// As in the table of [`topic`](factum_messaging::topic).
pub async fn a_topic_goes_to_those_whose_pattern_it_matches(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feeds = Vec::new();
    for (index, pattern) in PATTERNS.into_iter().enumerate() {
        feeds.push(listen(&transport, to(&format!("reader{index}"), &[pattern, "the.end"])).await);
    }
    let messages = (0..).zip(TOPICS).map(|(n, topic)| outgoing(topic, "k", n));
    publish(&transport, messages.chain([outgoing("the.end", "k", 99)]).collect()).await;
    for (pattern, feed) in PATTERNS.into_iter().zip(&mut feeds) {
        let mut found = Vec::new();
        loop {
            match number(feed).await {
                99 => break,
                n => found.push(TOPICS[n as usize]),
            }
        }
        let asks: TopicPattern = pattern.parse().expect("the suite uses valid patterns");
        let matches = |topic: &&str| asks.matches(&topic.parse().expect("the suite uses valid topics"));
        let expected: Vec<_> = TOPICS.into_iter().filter(matches).collect();
        assert_eq!(found, expected, "what came to {pattern}");
    }
}

/// And not once for each.
pub async fn what_matches_several_patterns_of_a_consumer_comes_once(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let mut feed = listen(&transport, to("reader", &["order.#", "*.7.*", "order.7.paid", "invoice.*"])).await;
    let all =
        [("order.7.paid", 1), ("invoice.7", 2), ("invoice.7.sent", 3), ("other.8.sent", 4), ("order", 5)];
    publish(&transport, all.map(|(topic, n)| outgoing(topic, "k", n)).into()).await;
    assert_eq!(super::numbers(&mut feed, 4).await, [1, 2, 3, 5]);
    super::is_silent(&mut feed).await;
}

/// Those that mean something to a broker, and none to a topic, too. Words that differ stay different.
pub async fn words_may_have_any_characters(place: impl Fixture<Store: Transport>) {
    let transport = place.open().await;
    let words = [
        "a/b",
        "a+b",
        "+",
        "/",
        ">",
        "a>b",
        "$SYS",
        "$share",
        "a b",
        " ",
        "%",
        "%20",
        "a.b",
        "*",
        "#",
        "\u{e9}",
        "\u{4e2d}",
        "\u{1f600}",
        "A",
        "a",
        "a_b",
        "a-b",
        "~",
        "a:b",
        "a,b",
        "'; --",
        "\\",
        "",
    ];
    let mut everything = listen(&transport, to("everything", &["#"])).await;
    let topics: Vec<_> =
        words.iter().map(|word| Topic::from_words(["w", word, "e"]).expect("words are escaped")).collect();
    for (n, topic) in (0..).zip(&topics) {
        publish(&transport, vec![Outgoing::new(topic.clone(), "k", numbered(n))]).await;
        let message = next(&mut everything).await;
        assert_eq!((&message.topic, super::number_of(&message.event)), (topic, n));
        super::ack(message).await;
    }
    for (n, wanted) in topics.iter().enumerate().step_by(5) {
        let one = Outgoing::new(wanted.clone(), "k", numbered(1_000));
        let listened = to(&format!("one{n}"), &[wanted.as_str()]);
        let mut feed = listen(&transport, listened).await;
        let others = topics.iter().filter(|topic| *topic != wanted);
        let others = others.map(|topic| Outgoing::new(topic.clone(), "k", numbered(0)));
        publish(&transport, others.chain([one]).collect()).await;
        assert_eq!(number(&mut feed).await, 1_000, "what came to {wanted} first");
    }
}
