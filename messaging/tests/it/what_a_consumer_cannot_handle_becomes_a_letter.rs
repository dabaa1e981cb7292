use crate::{
    given::soon,
    orders::{OrdersOut, Placed, append, placed},
};
use async_trait::async_trait;
use factum::{
    App, ConsumerName, QuarantineStore as _, Recorded,
    projection::{Reaction, Reactor},
    quarantine::{ListParked, Request},
    sink::WorkError,
    store::{EventReader as _, ReadStream},
};
use factum_macros::Projection;
use factum_messaging::{ConsumeExt as _, LocalBroker, at_least_once, relay};
use factum_projections::{AppBuilderExt as _, AppExt as _};
use factum_store_memory::MemoryStore;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};
use tokio::sync::Notify;

/// Writes down what it has done, and fails at `order-2` until it has been mended.
#[derive(Clone, Default, Projection)]
#[projection(name = "billing", events(Placed))]
struct Billing {
    done: Arc<Mutex<BTreeMap<String, Vec<u64>>>>,
    changed: Arc<Notify>,
    mended: Arc<AtomicBool>,
}

#[async_trait]
impl Reactor for Billing {
    async fn react(&self, event: &Recorded<BillingEvent>, _: &Reaction) -> Result<(), WorkError> {
        let BillingEvent::Placed(Placed { number }) = &event.event;
        let order = event.stream().to_string();
        if order == "order-2" && *number == 2 && !self.mended.load(Relaxed) {
            return Err("there is no such customer".into());
        }
        self.done.lock().unwrap().entry(order).or_default().push(*number);
        self.changed.notify_one();
        Ok(())
    }
}

impl Billing {
    fn done(&self, order: &str) -> Vec<u64> {
        self.done.lock().unwrap().get(order).cloned().unwrap_or_default()
    }

    async fn has_done(&self, order: &str, numbers: impl IntoIterator<Item = u64>) {
        let numbers: Vec<_> = numbers.into_iter().collect();
        let until = async {
            while self.done(order).len() < numbers.len() {
                self.changed.notified().await;
            }
        };
        soon(until).await;
        assert_eq!(self.done(order), numbers, "{order}");
    }
}

#[tokio::test(start_paused = true)]
async fn and_what_follows_it_in_its_key_waits_while_all_else_goes_on() {
    let (elsewhere, store, broker) = (MemoryStore::new(), MemoryStore::new(), LocalBroker::new());
    let billing = Billing::default();
    let app = || {
        let consumer = at_least_once(billing.clone(), broker.clone()).attempts(2);
        App::builder(store.clone()).consume(consumer).build()
    };
    let running = app().await.unwrap();
    let publishes =
        App::builder(elsewhere.clone()).run(relay(OrdersOut, broker.clone())).build().await.unwrap();
    for number in 1..=3 {
        append(&elsewhere, ["1", "2", "3"].map(|order| placed(order, number))).await;
    }
    billing.has_done("order-1", 1..=3).await;
    billing.has_done("order-3", 1..=3).await;
    billing.has_done("order-2", [1]).await;

    let consumer = ConsumerName::new("billing_v1").unwrap();
    let stuck = || async {
        let parked = store.parked(ListParked::new(consumer.clone(), store.log_id())).await.unwrap();
        parked.into_iter().map(|parked| (parked.stream.to_string(), parked.failure)).collect::<Vec<_>>()
    };
    let two_wait = || async {
        while stuck().await.len() < 2 {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    two_wait().await;
    let waits = stuck().await;
    assert!(waits.iter().all(|(stream, _)| stream == "billing_letters-order-2"), "{waits:?}");
    assert!(waits[0].1.as_ref().unwrap().error.contains("there is no such customer"), "{waits:?}");
    assert_eq!(waits[1].1, None, "it only follows");

    // The letters say the whole message, and are there for good.
    let letters =
        store.read_stream(ReadStream::new("billing_letters-order-2".parse().unwrap())).await.unwrap();
    assert_eq!(letters.events.len(), 2);
    assert!(std::str::from_utf8(&letters.events[0].payload).unwrap().contains("order.2.Placed"));

    // What comes after a restart waits too.
    soon(running.shutdown()).await;
    let running = app().await.unwrap();
    append(&elsewhere, [placed("2", 4), placed("1", 4)]).await;
    billing.has_done("order-1", 1..=4).await;
    soon(async {
        while stuck().await.len() < 3 {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    })
    .await;

    billing.mended.store(true, Relaxed);
    store.request(&consumer, store.log_id(), None, None, Request::Retry).await.unwrap();
    billing.has_done("order-2", 1..=4).await;
    soon(running.caught_up()).await.unwrap();
    assert_eq!(stuck().await, []);

    // The key is free again.
    append(&elsewhere, [placed("2", 5)]).await;
    billing.has_done("order-2", 1..=5).await;
    let letters =
        store.read_stream(ReadStream::new("billing_letters-order-2".parse().unwrap())).await.unwrap();
    assert_eq!(letters.events.len(), 3, "no letter was written for the last one");
    soon(running.shutdown()).await;
    soon(publishes.shutdown()).await;
}
