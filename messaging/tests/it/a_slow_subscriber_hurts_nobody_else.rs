use crate::given::{gate, next, queued, soon};
use factum_messaging::{Missed, Overflow, PubSub, SubscribeOptions, Topic, TopicPattern};
use futures_util::FutureExt;

fn topic() -> Topic {
    "a".parse().unwrap()
}

fn all() -> TopicPattern {
    TopicPattern::everything()
}

const TWO: SubscribeOptions = SubscribeOptions::new().capacity(2);

#[tokio::test]
async fn it_misses_the_oldest_and_is_told_how_many() {
    let bus = PubSub::new();
    let mut slow = bus.subscribe_with(all(), TWO);
    let mut other = bus.subscribe(all());
    for number in 1..=5_u64 {
        assert_eq!(bus.publish(topic(), number).await, 2);
    }
    assert_eq!(queued(&mut other), [1, 2, 3, 4, 5].map(Ok));
    assert_eq!(queued(&mut slow), [Err(Missed::Lagged(3)), Ok(4), Ok(5)]);
    assert_eq!(bus.stats().missed, 3);

    bus.publish(topic(), 6_u64).await;
    assert_eq!(queued(&mut slow), [Ok(6)], "told once");
}

#[tokio::test]
async fn or_it_is_disconnected() {
    let bus = PubSub::new();
    let mut slow = bus.subscribe_with(all(), TWO.overflow(Overflow::Disconnect));
    let mut other = bus.subscribe(all());
    let mut queues = Vec::new();
    for number in 1..=4_u64 {
        queues.push(bus.publish(topic(), number).await);
    }
    assert_eq!(queues, [2, 2, 1, 1]);
    assert_eq!(queued(&mut slow), [Ok(1), Ok(2), Err(Missed::Disconnected)]);
    assert!(soon(slow.next()).await.is_none());
    assert_eq!(queued(&mut other), [1, 2, 3, 4].map(Ok));
    assert_eq!(bus.stats().missed, 1);
}

#[tokio::test]
async fn or_its_publisher_waits_and_nobody_else() {
    let bus = PubSub::new();
    let mut slow = bus.subscribe_with(all(), TWO.overflow(Overflow::Wait));
    let mut other = bus.subscribe(all());
    bus.publish(topic(), 1_u64).await;
    bus.publish(topic(), 2_u64).await;

    let mut third = Box::pin(bus.publish(topic(), 3_u64));
    assert!((&mut third).now_or_never().is_none(), "it waits");
    assert_eq!(queued(&mut other), [1, 2, 3].map(Ok), "the others have it already");
    let unheard = bus.subscribe("b".parse().unwrap());
    assert_eq!(bus.publish("b".parse().unwrap(), 0_u64).now_or_never(), None, "everything waits for slow");
    drop(unheard);

    assert_eq!(next(&mut slow).await.unwrap().get::<u64>(), Some(&1));
    assert_eq!(soon(third).await, 2);
    assert_eq!(bus.stats().missed, 0);
}

#[tokio::test]
async fn whoever_waits_goes_on_when_the_slow_one_leaves() {
    let bus = PubSub::new();
    let one = TWO.capacity(1).overflow(Overflow::Wait);
    let slow = bus.subscribe_with(all(), one);
    bus.publish(topic(), 1_u64).await;
    let mut second = Box::pin(bus.publish(topic(), 2_u64));
    assert!((&mut second).now_or_never().is_none());
    drop(slow);
    assert_eq!(soon(second).await, 0);

    let mut slow = bus.subscribe_with(all(), one);
    bus.publish(topic(), 3_u64).await;
    let mut fourth = Box::pin(bus.publish(topic(), 4_u64));
    assert!((&mut fourth).now_or_never().is_none());
    soon(bus.shutdown()).await;
    assert_eq!(soon(fourth).await, 0);
    assert_eq!(queued(&mut slow), [Ok(3)]);
}

#[tokio::test]
async fn a_publisher_that_gives_up_waiting_takes_no_place() {
    let bus = PubSub::new();
    let mut slow = bus.subscribe_with(all(), TWO.capacity(1).overflow(Overflow::Wait));
    bus.publish(topic(), 1_u64).await;
    let mut given_up = Box::pin(bus.publish(topic(), 2_u64));
    assert!((&mut given_up).now_or_never().is_none());
    drop(given_up);
    assert_eq!(queued(&mut slow), [Ok(1)]);
    bus.publish(topic(), 3_u64).now_or_never().expect("there is room");
    assert_eq!(queued(&mut slow), [Ok(3)]);
}

#[tokio::test]
async fn a_publisher_waits_in_the_order_in_which_it_came() {
    let bus = PubSub::new();
    let mut slow = bus.subscribe_with(all(), TWO.capacity(1).overflow(Overflow::Wait));
    let mut publishing: Vec<_> = (1..=4_u64).map(|number| Box::pin(bus.publish(topic(), number))).collect();
    for publish in &mut publishing {
        let _ = publish.now_or_never();
    }
    for number in 1..=4_u64 {
        assert_eq!(queued(&mut slow), [Ok(number)]);
        for publish in publishing.iter_mut().skip(number as usize) {
            let _ = publish.now_or_never();
        }
    }
}

#[tokio::test]
async fn a_handler_that_does_not_go_on_holds_up_nobody() {
    let bus = PubSub::new();
    let (gate, mut held) = gate();
    let slow = bus.on_with(all(), TWO, move |message| {
        let gate = gate.clone();
        async move { gate.pass(&message).await }
    });
    let mut other = bus.subscribe(all());
    bus.publish(topic(), 1_u64).await;
    assert_eq!(held.reached().await, 1);
    for number in 2..=5_u64 {
        bus.publish(topic(), number).await;
    }
    assert_eq!(queued(&mut other), [1, 2, 3, 4, 5].map(Ok));

    held.open(3);
    assert_eq!(held.reached().await, 4, "2 and 3 were dropped");
    assert_eq!(held.reached().await, 5);
    soon(slow.stop()).await;
    assert_eq!((slow.stats().handled, slow.stats().missed), (3, 2));
}

#[tokio::test]
async fn a_publisher_that_never_waits_lets_others_run() {
    let bus = PubSub::new();
    let handler = bus.on(all(), |_| async {});
    for number in 0..10_000_u64 {
        bus.publish(topic(), number).await;
    }
    soon(bus.shutdown()).await;
    assert_eq!((handler.stats().handled, handler.stats().missed), (10_000, 0));
}
