use crate::given::{
    Both, OrderId, Shipping, TO_PAY, append, fired, happened, on_both_stores_with_a_clock, paid, placed,
    settle,
};
use factum::{App, NewEvent, store::Clock as _};
use factum_projections::{AppBuilderExt as _, AppExt as _};
use factum_testkit::VirtualClock;
use std::time::Duration;

on_both_stores_with_a_clock!(
    never_early,
    unless_it_is_cancelled,
    late_if_nobody_ran,
    once_whoever_fires_it,
    also_where_it_is_cancelled_while_it_fires,
);

const TICK: Duration = Duration::from_micros(1);

async fn app<S: Both>(store: &S) -> App {
    App::builder(store.clone()).process::<Shipping>().build().await.unwrap()
}

async fn never_early<S: Both>(store: S, clock: VirtualClock) {
    let app = app(&store).await;
    append(&store, [placed("1")]).await;
    clock.advance(TICK);
    append(&store, [placed("2")]).await;
    settle(&app, &clock).await;

    // What is due a tick later does not fire together with what is due.
    clock.advance(TO_PAY - TICK);
    settle(&app, &clock).await;
    assert_eq!(happened(&store, "1").await, ["Cancelled"]);
    assert_eq!(fired(&store).await.len(), 1, "the other one is not due");
    clock.advance(TICK);
    settle(&app, &clock).await;
    assert_eq!(happened(&store, "2").await, ["Cancelled"]);
    for event in fired(&store).await {
        assert_eq!(event.event_type.as_str(), "Overdue");
        assert!(event.recorded_at >= event.time, "it was recorded at {}", event.recorded_at);
    }
    app.shutdown().await;
}

async fn unless_it_is_cancelled<S: Both>(store: S, clock: VirtualClock) {
    let app = app(&store).await;
    append(&store, [placed("1"), placed("2")]).await;
    settle(&app, &clock).await;
    append(&store, [paid("1")]).await;
    settle(&app, &clock).await;
    clock.advance(TO_PAY);
    settle(&app, &clock).await;
    assert_eq!(happened(&store, "1").await, ["Shipped"]);
    assert_eq!(happened(&store, "2").await, ["Cancelled"], "that of the other one has fired");
    let streams: Vec<_> = fired(&store).await.iter().map(|event| event.stream.to_string()).collect();
    assert_eq!(streams, ["process.shipping-2"]);
    app.shutdown().await;
}

async fn late_if_nobody_ran<S: Both>(store: S, clock: VirtualClock) {
    let first = app(&store).await;
    append(&store, [placed("1")]).await;
    settle(&first, &clock).await;
    let due = clock.now() + TO_PAY;
    first.shutdown().await;
    clock.advance(TO_PAY + Duration::from_secs(3_600));

    let second = app(&store).await;
    settle(&second, &clock).await;
    assert_eq!(happened(&store, "1").await, ["Cancelled"]);
    let event = fired(&store).await.remove(0);
    assert_eq!((event.time, event.recorded_at), (due, clock.now()), "when it was due, and when it fired");
    assert_eq!(event.metadata.get("deadline"), Some(&"payment".into()));
    second.shutdown().await;
}

/// Its event is in the log, and nobody remembers to have fired it.
async fn once_whoever_fires_it<S: Both>(store: S, clock: VirtualClock) {
    let second = after_a_restart(&store, &clock, []).await;
    assert_eq!(fired(&store).await.len(), 1);
    assert_eq!(happened(&store, "1").await, ["Cancelled"]);
    second.shutdown().await;
}

/// The event of the deadline comes after the one that cancels it.
async fn also_where_it_is_cancelled_while_it_fires<S: Both>(store: S, clock: VirtualClock) {
    let second = after_a_restart(&store, &clock, [paid("1")]).await;
    assert_eq!(fired(&store).await.len(), 1);
    assert_eq!(happened(&store, "1").await, ["Shipped"], "it was paid before");
    let instance = second.processes::<Shipping>().unwrap().get(&OrderId("1".into())).await.unwrap().unwrap();
    assert_eq!((instance.deadlines.len(), instance.undelivered.len()), (0, 0));
    second.shutdown().await;
}

/// While nobody runs the process, its deadline is due, this happens, and then the event of the deadline is in the log.
async fn after_a_restart<S: Both, const N: usize>(
    store: &S,
    clock: &VirtualClock,
    happens: [NewEvent; N],
) -> App {
    let first = app(store).await;
    append(store, [placed("1")]).await;
    settle(&first, clock).await;
    first.shutdown().await;
    clock.advance(TO_PAY);
    let deadline = kept(store).await;
    for event in happens.into_iter().chain([deadline.into_event().unwrap()]) {
        append(store, [event]).await;
    }
    let second = app(store).await;
    settle(&second, clock).await;
    second
}

async fn kept<S: Both>(store: &S) -> factum::process::Deadline {
    let process = factum::process::Processing::<Shipping>::collection().unwrap();
    factum::process::Deadline::load(store, &process, None, 10).await.unwrap().remove(0).1
}
