//! Commands that are sent at the times of a schedule, by a clock that is moved by hand.

use crate::given::{Both, on_both_stores_with_a_clock};
use factum::{
    App, Apply, Events, Handle, Query, RecordedEvent, Timestamp,
    app::AppBuilder,
    bus::{AnyCommand, Gate},
    sink::Collection,
    store::{Clock as _, EventReader, EventReaderExt as _, ReadLog},
};
use factum_macros::{Aggregate, Command, Event, Id};
use factum_projections::{
    AppBuilderExt as _,
    recurring::{Due, Recurring},
};
use factum_testkit::VirtualClock;
use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

on_both_stores_with_a_clock!(
    when_it_is_due_and_never_early,
    of_what_was_missed_the_last_time_is_made_up_for,
    as_much_is_made_up_for_as_is_asked_for,
    nothing_that_is_late_is_made_up_for_if_nobody_wants_it,
    on_one_of_the_nodes_that_run_it,
    on_another_node_when_one_is_gone,
    once_also_if_its_place_is_lost,
    once_also_if_another_version_sends_another_command,
    what_is_rejected_is_not_sent_again,
    what_fails_is_tried_again,
    what_fails_until_it_is_due_again_is_left_out,
    a_new_schedule_has_nothing_to_make_up_for,
    a_schedule_that_is_over_is_left_alone,
);

const HOUR: Duration = Duration::from_secs(3_600);
const TICK: Duration = Duration::from_micros(1);

#[derive(Id, Clone, Serialize, Deserialize)]
struct BookId(String);

#[derive(Event, Serialize, Deserialize)]
struct Reported {
    due: Timestamp,
}

#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "book", id = BookId, events(Reported))]
struct Book {
    reports: u32,
}

impl Apply<Reported> for Book {
    fn apply(&mut self, _: &Reported) {
        self.reports += 1;
    }
}

#[derive(Command)]
struct Report {
    book: BookId,
    due: Timestamp,
}

impl Handle<Report> for Book {
    type Rejection = String;

    fn handle(&self, command: &Report) -> Result<Events<Self>, String> {
        match command.book.0 == "closed" {
            true => Err("the book is closed".to_owned()),
            false => Ok(Reported { due: command.due }.into()),
        }
    }
}

fn hourly(book: &'static str) -> Recurring<Report> {
    let report = move |due: &Due| Report { book: book.to_owned().into(), due: due.time };
    Recurring::new("report", "0 * * * *".parse().unwrap(), report)
}

async fn app<S: Both>(store: &S, schedule: Recurring<Report>) -> App {
    App::builder(store.clone()).run_recurring(schedule).build().await.unwrap()
}

/// The log, once it has so many events.
async fn log(store: &impl EventReader, events: usize) -> Vec<RecordedEvent> {
    let mut watch = store.watch();
    loop {
        let log: Vec<_> = store.log_events(ReadLog::new(Query::all())).try_collect().await.unwrap();
        if log.len() >= events {
            assert_eq!(log.len(), events, "{log:?}");
            return log;
        }
        let woken = tokio::time::timeout(Duration::from_secs(60), watch.changed()).await;
        assert!(woken.unwrap_or_else(|_| panic!("waited in vain for {events} events")));
    }
}

/// The hours, on the first day, of the times that were reported.
async fn hours(store: &impl EventReader, events: usize) -> Vec<i64> {
    let begin = VirtualClock::new().now();
    let due = |event: &RecordedEvent| serde_json::from_slice::<Reported>(&event.payload).unwrap().due;
    log(store, events).await.iter().map(|event| (due(event) - begin).num_hours()).collect()
}

/// Waits until everything that was due is done.
async fn done<S: Both>(store: &S, clock: &VirtualClock) {
    let collection = Collection::new("recurring", 1).unwrap();
    let hour = clock.now().timestamp() / 3_600;
    for _ in 0..10_000 {
        let place = store.load(&collection, vec!["report".to_owned()]).await.unwrap().pop().flatten();
        let through = place.map(|place| serde_json::from_slice::<serde_json::Value>(&place).unwrap());
        let through = through.map(|place| place["through"].as_str().unwrap().parse::<Timestamp>().unwrap());
        if through.is_some_and(|through| through.timestamp() / 3_600 == hour) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the schedule has not come to {}", clock.now());
}

async fn when_it_is_due_and_never_early<S: Both>(store: S, clock: VirtualClock) {
    let app = app(&store, hourly("one")).await;
    clock.advance(HOUR - TICK);
    tokio::task::yield_now().await;
    clock.advance(TICK);
    let first = log(&store, 1).await.remove(0);
    // The clock stands still, so it was sent when it showed the full hour.
    assert_eq!(first.recorded_at, clock.now());
    assert_eq!(first.metadata.idempotency_key.as_deref(), Some("recurring/report/2000-01-01T01:00:00Z"));
    assert_eq!(first.metadata.command.as_deref(), Some("Report"));
    done(&store, &clock).await;
    for hour in 2..=5 {
        clock.advance(HOUR);
        assert_eq!(hours(&store, hour).await.last(), Some(&(hour as i64)));
        done(&store, &clock).await;
    }
    app.shutdown().await;
}

async fn of_what_was_missed_the_last_time_is_made_up_for<S: Both>(store: S, clock: VirtualClock) {
    let first = app(&store, hourly("one")).await;
    clock.advance(HOUR);
    assert_eq!(hours(&store, 1).await, [1]);
    done(&store, &clock).await;
    first.shutdown().await;
    clock.advance(5 * HOUR + HOUR / 2);

    let again = app(&store, hourly("one")).await;
    assert_eq!(hours(&store, 2).await, [1, 6]);
    done(&store, &clock).await;
    clock.advance(HOUR / 2);
    assert_eq!(hours(&store, 3).await, [1, 6, 7]);
    again.shutdown().await;
}

async fn as_much_is_made_up_for_as_is_asked_for<S: Both>(store: S, clock: VirtualClock) {
    let begin = clock.now();
    clock.advance(10 * HOUR);
    let three = app(&store, hourly("one").from(begin).catch_up(3)).await;
    assert_eq!(hours(&store, 3).await, [8, 9, 10]);
    done(&store, &clock).await;
    three.shutdown().await;
    clock.advance(4 * HOUR);
    let all = app(&store, hourly("one").catch_up(usize::MAX)).await;
    assert_eq!(hours(&store, 7).await, [8, 9, 10, 11, 12, 13, 14]);
    all.shutdown().await;
}

async fn nothing_that_is_late_is_made_up_for_if_nobody_wants_it<S: Both>(store: S, clock: VirtualClock) {
    let begin = clock.now();
    clock.advance(3 * HOUR + Recurring::<Report>::ON_TIME + TICK);
    let late = app(&store, hourly("one").from(begin).catch_up(0)).await;
    done(&store, &clock).await;
    late.shutdown().await;
    clock.advance_to(begin + 5 * HOUR + Recurring::<Report>::ON_TIME);
    let on_time = app(&store, hourly("one").catch_up(0)).await;
    assert_eq!(hours(&store, 1).await, [5]);
    done(&store, &clock).await;
    on_time.shutdown().await;
}

async fn on_one_of_the_nodes_that_run_it<S: Both>(store: S, clock: VirtualClock) {
    let (one, two) = (app(&store, hourly("one")).await, app(&store, hourly("two")).await);
    for hour in 1..=20 {
        clock.advance(HOUR);
        assert_eq!(hours(&store, hour).await.last(), Some(&(hour as i64)));
        done(&store, &clock).await;
    }
    one.shutdown().await;
    two.shutdown().await;
    assert_eq!(hours(&store, 20).await, (1..=20).collect::<Vec<_>>());
}

async fn on_another_node_when_one_is_gone<S: Both>(store: S, clock: VirtualClock) {
    let one = app(&store, hourly("one")).await;
    clock.advance(HOUR);
    assert_eq!(hours(&store, 1).await, [1]);
    done(&store, &clock).await;
    let two = app(&store, hourly("two")).await;
    one.shutdown().await;
    clock.advance(HOUR);
    let log = log(&store, 2).await;
    assert_eq!(log[1].stream.to_string(), "book-two");
    two.shutdown().await;
}

/// As if a node had died between the command and keeping that it was sent.
async fn once_also_if_its_place_is_lost<S: Both>(store: S, clock: VirtualClock) {
    let begin = clock.now();
    let first = app(&store, hourly("one").from(begin)).await;
    clock.advance(2 * HOUR);
    assert_eq!(hours(&store, 1).await, [2]);
    done(&store, &clock).await;
    first.shutdown().await;

    store.discard(&Collection::new("recurring", 1).unwrap()).await.unwrap();
    let again = app(&store, hourly("one").from(begin).catch_up(1)).await;
    done(&store, &clock).await;
    assert_eq!(hours(&store, 1).await, [2]);
    clock.advance(HOUR);
    assert_eq!(hours(&store, 2).await, [2, 3]);
    again.shutdown().await;
}

/// As in the midst of a deployment, when a node of each version has sent a command and not kept that.
async fn once_also_if_another_version_sends_another_command<S: Both>(store: S, clock: VirtualClock) {
    let begin = clock.now();
    let old = app(&store, hourly("one").from(begin)).await;
    clock.advance(2 * HOUR);
    assert_eq!(hours(&store, 1).await, [2]);
    done(&store, &clock).await;
    old.shutdown().await;

    store.discard(&Collection::new("recurring", 1).unwrap()).await.unwrap();
    let new = app(&store, hourly("two").from(begin).catch_up(1)).await;
    done(&store, &clock).await;
    clock.advance(HOUR);
    assert_eq!(hours(&store, 2).await, [2, 3]);
    assert_eq!(log(&store, 2).await[1].stream.to_string(), "book-two");
    new.shutdown().await;
}

async fn what_is_rejected_is_not_sent_again<S: Both>(store: S, clock: VirtualClock) {
    let app = app(&store, hourly("closed")).await;
    for hour in 1..=3 {
        clock.advance(HOUR);
        done(&store, &clock).await;
        // What remembers that it was rejected.
        let log = log(&store, hour).await;
        assert!(log.iter().all(|event| event.event_type.as_str() == "factum.CommandHadNoEffect"));
    }
    app.shutdown().await;
}

/// An app that refuses commands as long as there are some of `failures` left.
async fn failing<S: Both>(store: &S, schedule: Recurring<Report>, failures: &Arc<AtomicU32>) -> App {
    let failures = Arc::clone(failures);
    let layer = tower::layer::layer_fn(move |inside: Gate| {
        let failures = Arc::clone(&failures);
        tower::service_fn(move |command: AnyCommand| {
            let fails = failures.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok();
            let inside = inside.clone();
            async move {
                match fails {
                    true => Err("not now".into()),
                    false => tower::ServiceExt::oneshot(inside, command).await,
                }
            }
        })
    });
    let builder: AppBuilder<S> = App::builder(store.clone()).layer(layer);
    builder.run_recurring(schedule).build().await.unwrap()
}

async fn what_fails_is_tried_again<S: Both>(store: S, clock: VirtualClock) {
    let failures = Arc::new(AtomicU32::new(3));
    let app = failing(&store, hourly("one"), &failures).await;
    clock.advance(HOUR);
    assert_eq!(hours(&store, 1).await, [1]);
    assert_eq!(failures.load(Relaxed), 0);
    done(&store, &clock).await;
    app.shutdown().await;
}

async fn what_fails_until_it_is_due_again_is_left_out<S: Both>(store: S, clock: VirtualClock) {
    let failures = Arc::new(AtomicU32::new(u32::MAX));
    let app = failing(&store, hourly("one"), &failures).await;
    clock.advance(HOUR);
    while failures.load(Relaxed) == u32::MAX {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    clock.advance(HOUR);
    failures.store(0, Relaxed);
    assert_eq!(hours(&store, 1).await, [2]);
    done(&store, &clock).await;
    app.shutdown().await;
}

async fn a_new_schedule_has_nothing_to_make_up_for<S: Both>(store: S, clock: VirtualClock) {
    clock.advance(7 * HOUR);
    let app = app(&store, hourly("one")).await;
    clock.advance(HOUR);
    assert_eq!(hours(&store, 1).await, [8]);
    done(&store, &clock).await;
    app.shutdown().await;
}

async fn a_schedule_that_is_over_is_left_alone<S: Both>(store: S, clock: VirtualClock) {
    let once = |due: &Due| Report { book: "one".to_owned().into(), due: due.time };
    let schedule = Recurring::new("report", "0 0 1 1 1 * 2000".parse().unwrap(), once);
    let app = app(&store, schedule).await;
    clock.advance(HOUR);
    assert_eq!(hours(&store, 1).await, [1]);
    clock.advance(366 * 24 * HOUR);
    app.shutdown().await;
    assert_eq!(hours(&store, 1).await, [1]);
}

#[tokio::test]
async fn two_schedules_have_two_names() {
    let store = factum_store_memory::MemoryStore::new();
    let refused = App::builder(store).run_recurring(hourly("one")).run_recurring(hourly("two")).build().await;
    let refused = factum::Causes(&refused.unwrap_err()).to_string();
    assert_eq!(refused, "starting recurring report: there is another schedule called report");
}
