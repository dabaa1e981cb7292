use crate::given::{gate, queued, soon};
use factum_messaging::{Message, PubSub, TopicPattern};
use futures_util::FutureExt;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::SeqCst},
};

fn all() -> TopicPattern {
    TopicPattern::everything()
}

#[tokio::test]
async fn and_waits_for_handlers() {
    let bus = PubSub::new();
    let (gate, mut held) = gate();
    let done = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&done);
    bus.on(all(), move |message: Message| {
        let (gate, done) = (gate.clone(), Arc::clone(&counted));
        async move {
            gate.pass(&message).await;
            done.fetch_add(1, SeqCst);
        }
    });
    let mut subscriber = bus.subscribe(all());
    bus.publish("a".parse().unwrap(), 1_u64).await;
    bus.publish("a".parse().unwrap(), 2_u64).await;
    assert_eq!(held.reached().await, 1);

    let mut shutdown = Box::pin(bus.shutdown());
    assert!((&mut shutdown).now_or_never().is_none(), "the handler is at its first message");
    assert_eq!(bus.publish("a".parse().unwrap(), 3_u64).await, 0, "nothing new is taken");
    assert_eq!(bus.stats().published, 2);
    held.open(1);
    assert_eq!(held.reached().await, 2);
    assert!((&mut shutdown).now_or_never().is_none(), "the handler is at its second message");
    held.open(1);
    soon(shutdown).await;
    assert_eq!(done.load(SeqCst), 2);
    soon(bus.shutdown()).await;

    assert_eq!(queued(&mut subscriber), [Ok(1), Ok(2)]);
    assert!(soon(subscriber.next()).await.is_none());
    assert!(soon(bus.subscribe(all()).next()).await.is_none(), "nothing begins after it");
    soon(bus.on(all(), |_| async {}).ended()).await;
}

#[tokio::test]
async fn one_handler_can_be_stopped_alone() {
    let bus = PubSub::new();
    let [stopped, other] = [(), ()].map(|()| bus.on(all(), |_| async {}));
    bus.publish("a".parse().unwrap(), ()).await;
    soon(stopped.stop()).await;
    assert_eq!(stopped.stats().handled, 1, "what was queued is handled");
    assert_eq!(bus.publish("a".parse().unwrap(), ()).await, 1);
    soon(bus.shutdown()).await;
    assert_eq!((stopped.stats().handled, other.stats().handled), (1, 2));
}

#[tokio::test]
async fn dropping_the_last_clone_ends_it_too() {
    let bus = PubSub::new();
    let clone = bus.clone();
    let mut subscriber = bus.subscribe(all());
    let handler = bus.on(all(), |_| async {});
    bus.publish("a".parse().unwrap(), 1_u64).await;
    drop(bus);
    assert!(handler.is_subscribed());
    drop(clone);
    assert_eq!(queued(&mut subscriber), [Ok(1)]);
    assert!(soon(subscriber.next()).await.is_none());
    soon(handler.ended()).await;
    assert_eq!(handler.stats().handled, 1);
}
