//! Commands that stay as they were decided although others were faster.

use crate::{
    hooked::Hooked,
    stores::{Store, log, names, on_every_store},
};
use factum::{
    Append, Event, EventEnum, ExpectedVersion, NewEvent, OnConflict, SendError, StreamId, StreamVersion,
    bus::ConflictRetry, prelude::*,
};
use std::{
    num::NonZeroU32,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

on_every_store!(
    harmless_events_leave_it_as_it_was_decided,
    events_that_disturb_have_it_decided_again,
    it_is_asked_about_all_that_it_missed,
    who_is_always_late_has_a_conflict_in_the_end,
    who_has_missed_too_much_is_not_asked,
    what_the_sender_expects_goes_before,
    a_key_still_takes_effect_once,
    a_decision_over_tags_may_stand_too,
    the_last_writer_wins,
    the_last_writer_may_expect_something,
    the_last_writer_over_tags_wins,
);

#[derive(Id, Clone)]
struct TillId(String);

#[derive(Event, Serialize, Deserialize)]
struct Sold {
    #[event(tag)]
    till: String,
    amount: i64,
}

#[derive(Event, Serialize, Deserialize)]
struct Refunded {
    amount: i64,
}

#[derive(Event, Serialize, Deserialize)]
struct Counted {
    #[event(tag)]
    till: String,
    cash: i64,
}

#[derive(Aggregate, Clone, Debug, Default, PartialEq)]
#[aggregate(id = TillId, events(Sold, Refunded, Counted))]
struct Till {
    cash: i64,
}

impl Apply<Sold> for Till {
    fn apply(&mut self, event: &Sold) {
        self.cash += event.amount;
    }
}

impl Apply<Refunded> for Till {
    fn apply(&mut self, event: &Refunded) {
        self.cash -= event.amount;
    }
}

impl Apply<Counted> for Till {
    fn apply(&mut self, event: &Counted) {
        self.cash = event.cash;
    }
}

/// What a command has seen.
#[derive(Clone, Default)]
struct Seen {
    decided: Arc<AtomicU64>,
    /// How many events of others, and how much there was then.
    asked: Arc<Mutex<Vec<(usize, i64)>>>,
}

impl Seen {
    fn decided(&self) -> u64 {
        self.decided.load(Relaxed)
    }

    fn asked(&self) -> Vec<(usize, i64)> {
        self.asked.lock().unwrap().clone()
    }
}

/// Holds as long as there is enough.
#[derive(Command)]
#[command(undisturbed = Self::is_undisturbed)]
struct Refund {
    till: TillId,
    amount: i64,
    seen: Seen,
}

impl Refund {
    fn is_undisturbed(&self, till: &Till, meanwhile: &[TillEvent]) -> bool {
        self.seen.asked.lock().unwrap().push((meanwhile.len(), till.cash));
        till.cash >= self.amount
    }
}

impl Handle<Refund> for Till {
    type Rejection = String;

    fn handle(&self, command: &Refund) -> Result<Events<Self>, String> {
        command.seen.decided.fetch_add(1, Relaxed);
        match self.cash >= command.amount {
            true => Ok(Refunded { amount: command.amount }.into()),
            false => Err(format!("there is only {}", self.cash)),
        }
    }
}

#[derive(Command)]
#[command(last_writer)]
struct Count {
    till: TillId,
    cash: i64,
    seen: Seen,
}

impl Handle<Count> for Till {
    type Rejection = Never;

    fn handle(&self, command: &Count) -> Result<Events<Self>, Never> {
        command.seen.decided.fetch_add(1, Relaxed);
        Ok(events![Counted { till: command.till.to_string(), cash: command.cash }])
    }
}

/// What was sold at a till, wherever.
#[derive(Decider, Clone, Default)]
#[decider(events(Sold, Counted))]
struct Sales {
    sold: i64,
}

impl Apply<Sold> for Sales {
    fn apply(&mut self, event: &Sold) {
        self.sold += event.amount;
    }
}

impl Apply<Counted> for Sales {
    fn apply(&mut self, _: &Counted) {}
}

/// Up to 100 in all; holds as long as nobody has counted.
#[derive(Command)]
#[command(decider = Sales, undisturbed = only_sales)]
struct Sell {
    #[command(tag)]
    till: String,
    amount: i64,
    seen: Seen,
}

fn only_sales(command: &Sell, sales: &Sales, meanwhile: &[SalesEvent]) -> bool {
    command.seen.asked.lock().unwrap().push((meanwhile.len(), sales.sold));
    meanwhile.iter().all(|event| matches!(event, SalesEvent::Sold(_)))
}

impl Handle<Sell> for Sales {
    type Rejection = Never;

    fn handle(&self, command: &Sell) -> Result<Events<Self>, Never> {
        command.seen.decided.fetch_add(1, Relaxed);
        Ok(events![Sold { till: command.till.clone(), amount: command.amount.min(100 - self.sold) }])
    }
}

#[derive(Command)]
#[command(decider = Sales, last_writer)]
struct CountSales {
    #[command(tag)]
    till: String,
    seen: Seen,
}

impl Handle<CountSales> for Sales {
    type Rejection = Never;

    fn handle(&self, command: &CountSales) -> Result<Events<Self>, Never> {
        command.seen.decided.fetch_add(1, Relaxed);
        Ok(events![Counted { till: command.till.clone(), cash: self.sold }])
    }
}

fn till() -> TillId {
    TillId::from("1")
}

fn stream() -> StreamId {
    StreamId::new("till", "1").unwrap()
}

fn sold(amount: i64) -> NewEvent {
    of(&TillEvent::Sold(Sold { till: "1".into(), amount }))
}

fn counted(cash: i64) -> NewEvent {
    of(&TillEvent::Counted(Counted { till: "1".into(), cash }))
}

fn of(event: &TillEvent) -> NewEvent {
    let encoded = event.encode().unwrap();
    let mut new = NewEvent::new(stream(), encoded.event_type, encoded.payload);
    new.tags = encoded.tags;
    new
}

async fn append(store: &impl Store, events: Vec<NewEvent>) {
    store.append_one(Append::new(events)).await.unwrap();
}

/// An app, before whose appends others write: before the first this, before the second that, and so on.
async fn disturbed(store: &impl Store, others: Vec<Vec<NewEvent>>, attempts: u32) -> App {
    let others = Arc::new(Mutex::new(others.into_iter()));
    let rival = store.clone();
    let hooked = Hooked::new(store.clone()).before_appending(move || {
        let (events, rival) = (others.lock().unwrap().next(), rival.clone());
        async move {
            if let Some(events) = events {
                append(&rival, events).await;
            }
        }
    });
    let retry = ConflictRetry::new().attempts(NonZeroU32::new(attempts).unwrap());
    App::builder(hooked).retry(retry).build().await.unwrap()
}

fn refund(amount: i64) -> (Refund, Seen) {
    let seen = Seen::default();
    (Refund { till: till(), amount, seen: seen.clone() }, seen)
}

async fn harmless_events_leave_it_as_it_was_decided(store: impl Store) {
    append(&store, vec![sold(50)]).await;
    let app = disturbed(&store, vec![vec![sold(1), counted(40)]], 1).await;
    let (command, seen) = refund(30);
    let done = app.send(command).await.unwrap();
    assert_eq!((seen.decided(), seen.asked()), (1, vec![(2, 40)]));
    assert_eq!((done.state.cash, done.receipt.position().get()), (10, 4));
    assert_eq!(app.commands().conflicts(), 0);
    // What is kept is what is in the log.
    assert_eq!(app.load::<Till>(&till()).await.unwrap().version, StreamVersion::new(4));
    let (next, seen) = refund(10);
    assert_eq!(app.send(next).await.unwrap().state.cash, 0);
    assert_eq!((seen.decided(), seen.asked()), (1, vec![]));
}

async fn events_that_disturb_have_it_decided_again(store: impl Store) {
    append(&store, vec![sold(50)]).await;
    let app = disturbed(&store, vec![vec![counted(20)]], 2).await;
    let (command, seen) = refund(30);
    let refused = app.send(command).await.unwrap_err();
    assert_eq!(refused.rejection().map(String::as_str), Some("there is only 20"));
    assert_eq!((seen.decided(), seen.asked(), app.commands().conflicts()), (2, vec![(1, 20)], 1));
    assert_eq!(names(&log(&store).await), ["Sold", "Counted"]);
}

/// And again, however often others are faster.
async fn it_is_asked_about_all_that_it_missed(store: impl Store) {
    append(&store, vec![sold(50)]).await;
    let app = disturbed(&store, vec![vec![sold(1)], vec![sold(2), sold(3)], vec![counted(9)]], 2).await;
    let (command, seen) = refund(30);
    assert!(app.send(command).await.unwrap_err().rejection().is_some());
    assert_eq!((seen.decided(), seen.asked()), (2, vec![(1, 51), (3, 56), (4, 9)]));
    assert_eq!(app.commands().conflicts(), 1);
}

async fn who_is_always_late_has_a_conflict_in_the_end(store: impl Store) {
    append(&store, vec![sold(50)]).await;
    let app = disturbed(&store, (0..1_000).map(|_| vec![sold(1)]).collect(), 2).await;
    let (command, seen) = refund(30);
    let lost = app.send(command).await;
    assert!(matches!(lost, Err(SendError::Conflict(_))), "{lost:?}");
    let times = u64::from(OnConflict::<Refund>::ATTEMPTS);
    assert_eq!((seen.decided(), seen.asked().len() as u64), (2, 2 * times));
    assert_eq!(app.commands().conflicts(), 2);
}

async fn who_has_missed_too_much_is_not_asked(store: impl Store) {
    const MOST: usize = OnConflict::<Refund>::EVENTS;
    for (others, asked) in [(MOST, 1), (MOST + 1, 0)] {
        append(&store, vec![sold(50)]).await;
        let app = disturbed(&store, vec![(0..others).map(|_| sold(0)).collect()], 2).await;
        let (command, seen) = refund(30);
        app.send(command).await.unwrap();
        assert_eq!((seen.decided(), seen.asked().len()), (2 - asked as u64, asked), "{others} events");
    }
}

async fn what_the_sender_expects_goes_before(store: impl Store) {
    append(&store, vec![sold(50)]).await;
    let app = disturbed(&store, vec![vec![sold(1)], vec![], vec![sold(1)]], 9).await;
    let (command, seen) = refund(30);
    let lost = app.send(command).expect(ExpectedVersion::Exact(StreamVersion::FIRST)).await;
    assert!(matches!(lost, Err(SendError::Conflict(_))), "{lost:?}");
    assert_eq!((seen.decided(), seen.asked()), (1, vec![]));
    let (command, seen) = refund(30);
    app.send(command).await.unwrap();
    assert_eq!(seen.asked(), []);
    let (command, seen) = refund(3);
    app.send(command).expect(ExpectedVersion::StreamExists).await.unwrap();
    assert_eq!((seen.decided(), seen.asked()), (1, vec![(1, 22)]));
}

async fn a_key_still_takes_effect_once(store: impl Store) {
    append(&store, vec![sold(50)]).await;
    let app = disturbed(&store, vec![vec![sold(1)]], 1).await;
    for repeated in [false, true] {
        let (command, seen) = refund(30);
        let done = app.send(command).idempotency_key("r-1").await.unwrap();
        assert_eq!((done.repeated, done.state.cash, done.receipt.position().get()), (repeated, 21, 3));
        assert_eq!(seen.decided(), u64::from(!repeated));
    }
    // The key's own events are in the way of a second command with it that is under way already.
    let (first, second) = (refund(1).0, refund(1).0);
    let (first, second) =
        tokio::join!(app.send(first).idempotency_key("r-2"), app.send(second).idempotency_key("r-2"));
    assert_ne!(first.unwrap().repeated, second.unwrap().repeated);
    assert_eq!(log(&store).await.len(), 4);
}

async fn a_decision_over_tags_may_stand_too(store: impl Store) {
    append(&store, vec![sold(50)]).await;
    let sell = |amount| {
        let seen = Seen::default();
        (Sell { till: "1".into(), amount, seen: seen.clone() }, seen)
    };
    let app = disturbed(&store, vec![vec![sold(30)], vec![sold(5)], vec![], vec![counted(1)]], 2).await;
    let (command, seen) = sell(50);
    let done = app.send(command).await.unwrap();
    assert_eq!((seen.decided(), seen.asked()), (1, vec![(1, 80), (2, 85)]));
    assert_eq!((done.state.sold, app.commands().conflicts()), (135, 0));
    let (command, seen) = sell(-40);
    app.send(command).await.unwrap();
    assert_eq!((seen.decided(), seen.asked(), app.commands().conflicts()), (2, vec![(1, 135)], 1));
}

async fn the_last_writer_wins(store: impl Store) {
    append(&store, vec![sold(50)]).await;
    let app = disturbed(&store, vec![vec![sold(1)], vec![sold(2)], vec![]], 1).await;
    for (cash, version) in [(45, 3), (44, 5)] {
        let seen = Seen::default();
        let done = app.send(Count { till: till(), cash, seen: seen.clone() }).await.unwrap();
        assert_eq!((seen.decided(), done.state.cash, done.receipt.position().get()), (1, cash, version));
    }
    assert_eq!(app.commands().conflicts(), 0);
    assert_eq!(names(&log(&store).await), ["Sold", "Sold", "Counted", "Sold", "Counted"]);
    // What is decided next is decided on all of it.
    let (command, _) = refund(4);
    assert_eq!(app.send(command).await.unwrap().state.cash, 40);
    let current = app.load::<Till>(&till()).await.unwrap();
    assert_eq!((current.state.cash, current.version.get()), (40, 6));
}

async fn the_last_writer_may_expect_something(store: impl Store) {
    append(&store, vec![sold(50)]).await;
    let app = disturbed(&store, vec![vec![sold(1)], vec![sold(1)]], 9).await;
    let count = || Count { till: till(), cash: 45, seen: Seen::default() };
    app.send(count()).expect(ExpectedVersion::StreamExists).await.unwrap();
    let lost = app.send(count()).expect(ExpectedVersion::Exact(StreamVersion::new(3))).await;
    assert!(matches!(lost, Err(SendError::Conflict(_))), "{lost:?}");
}

async fn the_last_writer_over_tags_wins(store: impl Store) {
    append(&store, vec![sold(50)]).await;
    let app = disturbed(&store, vec![vec![sold(1)]], 1).await;
    let seen = Seen::default();
    app.send(CountSales { till: "1".into(), seen: seen.clone() }).await.unwrap();
    assert_eq!((seen.decided(), app.commands().conflicts()), (1, 0));
    assert_eq!(names(&log(&store).await), ["Sold", "Sold", "Counted"]);
}
