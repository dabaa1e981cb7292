//! Deadlines, the commands of a process and their rejections are events of the request that began it.

use crate::given::{Both, Shipping, TO_PAY, append, on_both_stores_with_a_clock, paid, placed, settle};
use factum::{App, Trace, store::Clock as _, trace::Cause};
use factum_projections::AppBuilderExt as _;
use factum_testkit::VirtualClock;
use std::time::Duration;

on_both_stores_with_a_clock!(
    from_what_began_a_process_to_what_came_of_its_deadline,
    to_the_rejection_of_a_command,
    from_what_a_process_waited_for,
);

const LATE: Duration = Duration::from_secs(2);

async fn trace_of(app: &App, order: &str) -> Trace {
    let trace = app.trace(factum::Position::new(1)).await.unwrap().expect("a trace");
    assert!(trace.steps[0].event.payload.windows(order.len()).any(|part| part == order.as_bytes()));
    trace
}

fn lines(trace: &Trace) -> Vec<String> {
    trace.steps.iter().map(|step| format!("{}{}", ". ".repeat(step.depth), step.event.event_type)).collect()
}

async fn from_what_began_a_process_to_what_came_of_its_deadline<S: Both>(store: S, clock: VirtualClock) {
    let app = App::builder(store.clone()).process::<Shipping>().build().await.unwrap();
    append(&store, [placed("1"), placed("2")]).await;
    settle(&app, &clock).await;
    clock.advance(TO_PAY + LATE);
    settle(&app, &clock).await;
    app.shutdown().await;

    let trace = trace_of(&app, "1").await;
    assert_eq!(lines(&trace), ["Placed", ". Overdue", ". . Cancelled"]);
    let [placed, overdue, cancelled] = &trace.steps[..] else { panic!("{trace:?}") };
    // It happened when it was due, and was recorded when it fired.
    assert_eq!((overdue.event.time - placed.event.time).to_std().unwrap(), TO_PAY);
    assert_eq!((overdue.event.recorded_at, cancelled.event.recorded_at), (clock.now(), clock.now()));
    assert_eq!(cancelled.event.metadata.command.as_deref(), Some("Cancel"));
    assert_eq!(
        (&placed.cause, &overdue.cause, &cancelled.cause),
        (&Cause::Request, &Cause::Step(0), &Cause::Step(1))
    );
}

async fn to_the_rejection_of_a_command<S: Both>(store: S, clock: VirtualClock) {
    let app = App::builder(store.clone()).process::<Shipping>().build().await.unwrap();
    append(&store, [placed("kept-1")]).await;
    settle(&app, &clock).await;
    clock.advance(TO_PAY);
    settle(&app, &clock).await;
    app.shutdown().await;
    let expected =
        ["Placed", ". Overdue", ". . factum.CommandHadNoEffect", ". . factum.CommandRejected.Cancel"];
    assert_eq!(lines(&trace_of(&app, "kept-1").await), expected);
}

async fn from_what_a_process_waited_for<S: Both>(store: S, clock: VirtualClock) {
    let app = App::builder(store.clone()).process::<Shipping>().build().await.unwrap();
    append(&store, [paid("1")]).await;
    settle(&app, &clock).await;
    append(&store, [placed("1")]).await;
    settle(&app, &clock).await;
    app.shutdown().await;
    // What the process does belongs to the request that began it, and was caused by another one.
    let paid = trace_of(&app, "1").await;
    assert_eq!(lines(&paid), ["Paid", "Shipped"]);
    assert!(matches!(&paid.steps[1].cause, Cause::Elsewhere(cause) if cause.event_type.as_str() == "Placed"));
    let placed = app.trace(factum::Position::new(2)).await.unwrap().expect("a trace");
    assert_eq!(lines(&placed), ["Placed", ". Shipped"]);
    assert_eq!(placed.steps[1].leaves_for, Some(paid.correlation));
}
