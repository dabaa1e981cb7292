use crate::given::{queued, soon};
use factum_messaging::{Message, OnPanic, PubSub, SubscribeOptions, TopicPattern};
use std::sync::{Arc, Mutex};

fn all() -> TopicPattern {
    TopicPattern::everything()
}

async fn publish(bus: &PubSub, numbers: std::ops::RangeInclusive<u64>) {
    for number in numbers {
        bus.publish("a".parse().unwrap(), number).await;
    }
}

/// Keeps what it has handled, and panics at 2: before its future, or in it.
fn at_two(handled: &Arc<Mutex<Vec<u64>>>, early: bool) -> impl FnMut(Message) -> Handling + Send + 'static {
    let handled = Arc::clone(handled);
    move |message| {
        let number = *message.get::<u64>().unwrap();
        assert!(number != 2 || !early, "as told");
        let handled = Arc::clone(&handled);
        Box::pin(async move {
            assert!(number != 2, "as told");
            handled.lock().unwrap().push(number);
        })
    }
}

type Handling = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

#[tokio::test]
async fn and_its_handler_goes_on_with_the_next_message() {
    for early in [true, false] {
        let bus = PubSub::new();
        let handled = Arc::default();
        let handler = bus.on(all(), at_two(&handled, early));
        let mut other = bus.subscribe(all());
        publish(&bus, 1..=3).await;
        soon(bus.shutdown()).await;
        assert_eq!(*handled.lock().unwrap(), [1, 3]);
        assert_eq!((handler.stats().handled, handler.stats().panicked), (2, 1));
        assert_eq!(bus.stats().panicked, 1);
        assert_eq!(queued(&mut other), [1, 2, 3].map(Ok));
    }
}

#[tokio::test]
async fn or_stops_if_that_is_asked_for() {
    let bus = PubSub::new();
    let handled = Arc::default();
    let options = SubscribeOptions::new().on_panic(OnPanic::Stop);
    let handler = bus.on_with(all(), options, at_two(&handled, false));
    let other = bus.on(all(), |_| async {});
    publish(&bus, 1..=3).await;
    soon(handler.ended()).await;
    assert!(!handler.is_subscribed() && other.is_subscribed());
    assert_eq!(bus.stats().subscribers, 1);
    publish(&bus, 4..=4).await;
    soon(bus.shutdown()).await;
    assert_eq!(*handled.lock().unwrap(), [1]);
    assert_eq!(other.stats().handled, 4);
}
