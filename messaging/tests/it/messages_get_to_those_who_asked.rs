use crate::given::{event, next, queued, soon};
use factum::{Position, StreamVersion, Timestamp};
use factum_macros::Event;
use factum_messaging::{Message, Overflow, PubSub, SubscribeOptions, Topic, TopicPattern, pubsub::Unread};
use futures_util::{FutureExt, StreamExt};
use serde::{Deserialize, Serialize};

#[tokio::test]
async fn and_to_nobody_else() {
    let bus = PubSub::new();
    let mut one = bus.subscribe("order.*.paid".parse().unwrap());
    let mut all = bus.subscribe(TopicPattern::everything());
    let mut other = bus.subscribe("invoice.#".parse().unwrap());

    for (number, topic, queues) in
        [(1, "order.7.paid", 2), (2, "order.7.shipped", 1), (3, "order.8.paid", 2), (4, "invoice", 2)]
    {
        assert_eq!(bus.publish(topic.parse().unwrap(), number as u64).await, queues);
    }
    assert_eq!(queued(&mut one), [Ok(1), Ok(3)]);
    assert_eq!(queued(&mut all), [Ok(1), Ok(2), Ok(3), Ok(4)]);
    assert_eq!(queued(&mut other), [Ok(4)]);
    let stats = bus.stats();
    assert_eq!((stats.subscribers, stats.published, stats.queued, stats.missed), (3, 4, 7, 0));
}

#[test]
fn without_a_runtime_too() {
    let bus = PubSub::new();
    let mut subscriber = bus.subscribe(TopicPattern::everything());
    for number in 0..1_000_u64 {
        assert_eq!(bus.publish("a".parse().unwrap(), number).now_or_never(), Some(1));
    }
    assert_eq!(queued(&mut subscriber).len(), 1_000);
}

#[tokio::test]
async fn one_subscriber_gets_a_message_once_however_often_its_pattern_matches() {
    let bus = PubSub::new();
    let mut subscriber = bus.subscribe("#.a.#.#.a.#".parse().unwrap());
    bus.publish("a.a.a.a".parse().unwrap(), 1_u64).await;
    assert_eq!(queued(&mut subscriber), [Ok(1)]);
}

#[tokio::test]
async fn until_they_are_dropped_or_unsubscribe() {
    let bus = PubSub::new();
    let topic: Topic = "a".parse().unwrap();
    let dropped = bus.subscribe(TopicPattern::everything());
    let mut left = bus.subscribe(TopicPattern::everything());
    assert_eq!(bus.publish(topic.clone(), 1_u64).await, 2);
    drop(dropped);
    left.unsubscribe();
    left.unsubscribe();
    assert_eq!(bus.publish(topic, 2_u64).await, 0);
    assert_eq!(bus.stats().subscribers, 0);
    assert_eq!(queued(&mut left), [Ok(1)], "what was queued before");
    assert!(soon(left.next()).await.is_none());
}

#[tokio::test]
async fn a_waiting_subscriber_is_woken() {
    let bus = PubSub::new();
    let mut subscriber = bus.subscribe(TopicPattern::everything());
    let waiting = tokio::spawn(async move { next(&mut subscriber).await.unwrap() });
    // The task looks into its empty queue first.
    tokio::task::yield_now().await;
    bus.publish("a".parse().unwrap(), "payload").await;
    assert_eq!(soon(waiting).await.unwrap().get(), Some(&"payload"));
}

#[tokio::test]
async fn as_a_stream_too() {
    let bus = PubSub::new();
    let subscriber = bus.subscribe("#".parse().unwrap());
    for number in 0..3_u64 {
        bus.publish("a".parse().unwrap(), number).await;
    }
    bus.shutdown().await;
    let all: Vec<_> = soon(subscriber.map(|m| *m.unwrap().get::<u64>().unwrap()).collect()).await;
    assert_eq!(all, [0, 1, 2]);
}

#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
struct Paid {
    amount: u64,
}

#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
struct Shipped {}

#[derive(Clone, Debug, PartialEq, Event)]
enum OrderEvent {
    Paid(Paid),
    Shipped(Shipped),
}

#[tokio::test]
async fn events_can_be_had_as_rust_types() {
    let bus = PubSub::new();
    let mut orders = bus.subscribe("order.#".parse().unwrap()).events::<OrderEvent>();
    let recorded = |number, event_type, payload| {
        let position = Position::new(number);
        event("order-7", event_type, payload).recorded(
            position,
            StreamVersion::new(number),
            Timestamp::UNIX_EPOCH,
        )
    };
    let topic = || "order.7".parse::<Topic>().unwrap();
    bus.publish(topic(), recorded(1, "Paid", r#"{"amount":5}"#)).await;
    bus.publish(topic(), recorded(2, "Renamed", "{}")).await;
    bus.publish(topic(), "no event").await;
    bus.publish(topic(), recorded(3, "Paid", r#"{"amount":"five"}"#)).await;
    bus.publish(topic(), recorded(4, "Shipped", "{}")).await;

    let paid = soon(orders.next()).await.unwrap().unwrap();
    assert_eq!((paid.event, paid.record.position.get()), (OrderEvent::Paid(Paid { amount: 5 }), 1));
    let Some(Err(Unread::Undecodable(error))) = soon(orders.next()).await else { panic!("an error") };
    assert_eq!(error.position.get(), 3);
    let shipped = soon(StreamExt::next(&mut orders)).await.unwrap().unwrap();
    assert_eq!(shipped.position().get(), 4);
    assert!(StreamExt::next(&mut orders).now_or_never().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn in_the_order_of_each_publisher() {
    const PUBLISHERS: usize = 4;
    let bus = PubSub::new();
    let nothing_is_missed = SubscribeOptions::new().capacity(3).overflow(Overflow::Wait);
    let [mut one, mut all] =
        ["a.2", "a.#"].map(|pattern| bus.subscribe_with(pattern.parse().unwrap(), nothing_is_missed));
    let publishing = (0..PUBLISHERS).map(|publisher| {
        let bus = bus.clone();
        tokio::spawn(async move {
            let topic: Topic = format!("a.{publisher}").parse().unwrap();
            for number in 0..500_u64 {
                bus.publish(topic.clone(), (publisher, number)).await;
            }
        })
    });
    let publishing = publishing.collect::<Vec<_>>();
    let two = tokio::spawn(async move {
        for number in 0..500 {
            assert_eq!(next(&mut one).await.unwrap().get(), Some(&(2_usize, number as u64)));
        }
    });
    let mut expected = [0; PUBLISHERS];
    for _ in 0..500 * PUBLISHERS {
        let message = next(&mut all).await.unwrap();
        let (publisher, number) = message.get::<(usize, u64)>().unwrap();
        assert_eq!(*number, expected[*publisher]);
        expected[*publisher] += 1;
    }
    soon(two).await.unwrap();
    for task in publishing {
        soon(task).await.unwrap();
    }
}

#[tokio::test]
async fn a_message_can_be_passed_on() {
    let (here, there) = (PubSub::new(), PubSub::new());
    let mut subscriber = there.subscribe("#".parse().unwrap());
    let onward = there.clone();
    here.on("#".parse().unwrap(), move |message: Message| {
        let onward = onward.clone();
        async move {
            onward.send(message).await;
        }
    });
    here.publish("a".parse().unwrap(), 7_u64).await;
    here.shutdown().await;
    assert_eq!(queued(&mut subscriber), [Ok(7)]);
}
