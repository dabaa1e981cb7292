use crate::{
    bank::{Balance, NotEnough, ada, deposit, withdraw},
    stores::{Store, log, on_every_store},
};
use factum::{
    App, Decider, ExpectedVersion, Invalid, MemoryStore, Metadata, Query, QueryItem, Scope, SendError, Tag,
    invalid::Field, limits, prelude::*,
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

on_every_store! {
    the_same_key_gives_the_first_outcome,
    a_rejection_is_an_outcome_too,
    nothing_to_do_is_an_outcome_too,
    a_key_belongs_to_one_command_and_one_target,
    of_many_at_once_one_takes_effect,
    the_state_is_that_of_then,
    a_failure_is_not_an_outcome,
    the_state_of_then_is_given_too_when_there_was_nothing_to_do,
    ten_thousand_events_come_back,
    a_decision_over_tags_is_remembered,
    a_rejection_that_would_not_read_back_is_not_half_remembered,
    a_key_has_a_length,
    what_lies_beside_the_key_is_kept_or_refused,
    an_imported_log_remembers,
    what_had_no_effect_is_in_nobodys_way,
    copied_metadata_does_not_claim_a_key,
}

/// One that knows nothing of what was sent before, as after a restart.
async fn app(store: &impl Store) -> App {
    App::builder(store.clone()).build().await.unwrap()
}

async fn the_same_key_gives_the_first_outcome(store: impl Store) {
    let first = app(&store).await.send(deposit(100)).idempotency_key("r-1").await.unwrap();
    let again = app(&store).await.send(deposit(100)).idempotency_key("r-1").await.unwrap();
    assert!(!first.repeated && again.repeated);
    assert_eq!((&again.events, &again.receipt, &again.state), (&first.events, &first.receipt, &first.state));
    let other = app(&store).await.send(deposit(100)).idempotency_key("r-2").await.unwrap();
    assert_eq!((other.repeated, other.state.balance), (false, 200));
    let stored = log(&store).await;
    let keys: Vec<_> = stored.iter().map(|event| event.metadata.idempotency_key.as_deref()).collect();
    assert_eq!(keys, [Some("r-1"), Some("r-2")]);
    assert_eq!(stored[0].metadata.command.as_deref(), Some("Deposit"));
}

async fn a_rejection_is_an_outcome_too(store: impl Store) {
    let refused = app(&store).await.send(withdraw(5)).idempotency_key("r").await.unwrap_err();
    assert_eq!(refused.rejection(), Some(&NotEnough { available: 0 }));
    app(&store).await.send(deposit(100)).await.unwrap();
    let again = app(&store).await.send(withdraw(5)).idempotency_key("r").await.unwrap_err();
    assert_eq!(again.rejection(), Some(&NotEnough { available: 0 }));
}

async fn nothing_to_do_is_an_outcome_too(store: impl Store) {
    app(&store).await.send(deposit(0)).idempotency_key("r").await.unwrap();
    app(&store).await.send(deposit(7)).await.unwrap();
    let again = app(&store).await.send(deposit(0)).idempotency_key("r").await.unwrap();
    assert!(again.repeated && again.events.is_empty() && again.receipt.is_empty());
}

async fn a_key_belongs_to_one_command_and_one_target(store: impl Store) {
    let app = app(&store).await;
    app.send(deposit(100)).idempotency_key("accepted").await.unwrap();
    app.send(withdraw(500)).idempotency_key("refused").await.unwrap_err();
    let elsewhere = crate::bank::Deposit { account: "bob".into(), amount: 100 };
    match app.send(elsewhere).idempotency_key("accepted").await {
        Err(SendError::KeyReused(reused)) => {
            let said = r#"the idempotency key "accepted" belongs to Deposit on account-ada"#;
            assert_eq!(reused.to_string(), said);
        }
        other => panic!("a reused key was expected, not {other:?}"),
    }
    let other_command = app.send(withdraw(1)).idempotency_key("accepted").await;
    assert!(matches!(other_command, Err(SendError::KeyReused(_))), "{other_command:?}");
    let other_command = app.send(deposit(1)).idempotency_key("refused").await;
    assert!(matches!(other_command, Err(SendError::KeyReused(_))), "{other_command:?}");
}

async fn of_many_at_once_one_takes_effect(store: impl Store) {
    let apps = [app(&store).await, app(&store).await];
    apps[0].send(deposit(100)).await.unwrap();
    let tasks: Vec<_> = (0..64)
        .map(|n| {
            let app = apps[n % 2].clone();
            // Decided a second time, all but the first would be refused.
            tokio::spawn(async move { app.send(withdraw(60)).idempotency_key("r").await })
        })
        .collect();
    let mut first = 0;
    for task in tasks {
        let done = task.await.unwrap().unwrap();
        assert_eq!(done.state.balance, 40);
        first += usize::from(!done.repeated);
    }
    assert_eq!((first, log(&store).await.len()), (1, 2));
}

async fn the_state_is_that_of_then(store: impl Store) {
    let app = app(&store).await;
    app.send(deposit(1)).await.unwrap();
    app.send(deposit(2)).idempotency_key("r").await.unwrap();
    app.send(deposit(4)).await.unwrap();
    let again = app.send(deposit(2)).idempotency_key("r").await.unwrap();
    assert_eq!((again.repeated, again.state.balance), (true, 3));
}

async fn a_failure_is_not_an_outcome(store: impl Store) {
    let app = app(&store).await;
    let wrong = app.send(withdraw(0)).idempotency_key("r").await;
    assert!(matches!(wrong, Err(SendError::Violations(_))));
    let early = app.send(deposit(1)).expect(factum::ExpectedVersion::StreamExists).idempotency_key("r").await;
    assert!(matches!(early, Err(SendError::Conflict(_))));
    assert!(!app.send(deposit(1)).idempotency_key("r").await.unwrap().repeated);
    assert_eq!(app.load::<crate::bank::Account>(&ada()).await.unwrap().state.balance, 1);
}

async fn the_state_of_then_is_given_too_when_there_was_nothing_to_do(store: impl Store) {
    let app = app(&store).await;
    app.send(deposit(5)).await.unwrap();
    let first = app.send(deposit(0)).idempotency_key("r").await.unwrap();
    app.send(deposit(7)).await.unwrap();
    let again = app.send(deposit(0)).idempotency_key("r").await.unwrap();
    assert_eq!((first.state.balance, again.state.balance), (5, 5));
}

/// Writes as many events as it is told to.
#[derive(Command)]
struct Many {
    #[command(target)]
    account: crate::bank::AccountId,
    events: usize,
}

impl Handle<Many> for crate::bank::Account {
    type Rejection = factum::Never;

    fn handle(&self, many: &Many) -> Result<Events<Self>, factum::Never> {
        let deposited = || crate::bank::Deposited { amount: 1 }.into();
        Ok((0..many.events).map(|_| deposited()).collect())
    }
}

async fn ten_thousand_events_come_back(store: impl Store) {
    let events = limits::EVENTS_PER_APPEND;
    let many = || Many { account: ada(), events };
    let app = app(&store).await;
    app.send(deposit(1)).await.unwrap();
    let first = app.send(many()).idempotency_key("r").await.unwrap();
    app.send(deposit(1)).await.unwrap();
    let again = app.send(many()).idempotency_key("r").await.unwrap();
    assert_eq!((again.events.len(), again.state.balance), (events, events as u64 + 1));
    assert_eq!(again.receipt, first.receipt);
}

#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sat {
    #[event(tag)]
    room: String,
}

/// How many sit in a room.
#[derive(Clone, Debug, Default, Decider, PartialEq)]
#[decider(events(Sat), derive(Clone, Debug, PartialEq))]
pub(crate) struct Room {
    pub(crate) seats: u64,
}

impl Apply<Sat> for Room {
    fn apply(&mut self, _: &Sat) {
        self.seats += 1;
    }
}

pub(crate) struct Sit {
    pub(crate) people: usize,
    pub(crate) stream: &'static str,
}

impl factum::Command for Sit {
    const NAME: &'static str = "Sit";
    type Decider = Room;

    fn scope(&self) -> Result<Scope, Invalid> {
        let query = Query::from(QueryItem::tags([Tag::of("room", 1)?]));
        Ok(Scope::Query { query, stream: crate::stores::stream(self.stream) })
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Full {
    pub(crate) seats: u64,
}

impl Handle<Sit> for Room {
    type Rejection = Full;

    fn handle(&self, sit: &Sit) -> Result<Events<Self>, Full> {
        match self.seats + sit.people as u64 {
            6.. => Err(Full { seats: self.seats }),
            _ => Ok((0..sit.people).map(|_| Sat { room: "1".to_owned() }.into()).collect()),
        }
    }
}

async fn a_decision_over_tags_is_remembered(store: impl Store) {
    let sit = |people| Sit { people, stream: "a" };
    let one = app(&store).await;
    one.send(Sit { people: 1, stream: "b" }).await.unwrap();
    let first = one.send(sit(2)).idempotency_key("two").await.unwrap();
    let nobody = one.send(sit(0)).idempotency_key("none").await.unwrap();
    one.send(sit(2)).await.unwrap();
    let refused = one.send(sit(1)).idempotency_key("full").await.unwrap_err();
    assert_eq!(refused.rejection(), Some(&Full { seats: 5 }));
    let other = app(&store).await;
    let again = other.send(sit(2)).idempotency_key("two").await.unwrap();
    assert_eq!((again.state.seats, &again.events, &again.receipt), (3, &first.events, &first.receipt));
    let again = other.send(sit(0)).idempotency_key("none").await.unwrap();
    assert_eq!((again.repeated, again.state.seats), (true, nobody.state.seats));
    let again = other.send(sit(1)).idempotency_key("full").await.unwrap_err();
    assert_eq!(again.rejection(), Some(&Full { seats: 5 }));
    let elsewhere = other.send(Sit { people: 2, stream: "b" }).idempotency_key("two").await;
    assert!(matches!(elsewhere, Err(SendError::KeyReused(_))));
}

/// Is refused, and says why in a way that JSON cannot say.
#[derive(Command)]
struct Weigh {
    #[command(target)]
    account: crate::bank::AccountId,
}

#[derive(Debug, Serialize, Deserialize)]
struct Weight(f64);

impl Handle<Weigh> for crate::bank::Account {
    type Rejection = Weight;

    fn handle(&self, _: &Weigh) -> Result<Events<Self>, Weight> {
        Err(Weight(f64::NAN))
    }
}

async fn a_rejection_that_would_not_read_back_is_not_half_remembered(store: impl Store) {
    for _ in 0..2 {
        let refused = app(&store).await.send(Weigh { account: ada() }).idempotency_key("r").await;
        assert!(matches!(refused, Err(SendError::Encode(_))), "{refused:?}");
    }
    assert!(log(&store).await.is_empty());
}

async fn a_key_has_a_length(store: impl Store) {
    let app = app(&store).await;
    let longest = "k".repeat(limits::IDEMPOTENCY_KEY_BYTES);
    app.send(deposit(1)).idempotency_key(longest.clone()).await.unwrap();
    assert!(app.send(deposit(1)).idempotency_key(longest.clone()).await.unwrap().repeated);
    for key in ["".to_owned(), longest + "k", "k".repeat(1 << 20), "a\nb".to_owned()] {
        match app.send(withdraw(1000)).idempotency_key(key).await {
            Err(SendError::Invalid(invalid)) => assert_eq!(invalid.field(), Field::IdempotencyKey),
            other => panic!("a refusal was expected, not {other:?}"),
        }
    }
    assert_eq!(log(&store).await.len(), 1);
}

async fn what_lies_beside_the_key_is_kept_or_refused(store: impl Store) {
    let app = app(&store).await;
    let mut metadata = Metadata::default().with("channel", "branch");
    metadata.command = Some("Other".to_owned());
    metadata.idempotency_key = Some("another".to_owned());
    app.send(deposit(1)).metadata(metadata).idempotency_key("r").await.unwrap();
    assert!(app.send(deposit(1)).idempotency_key("r").await.unwrap().repeated);
    assert_eq!(log(&store).await[0].metadata.get("channel"), Some(&"branch".into()));
    let large = Metadata::default().with("x", "x".repeat(limits::METADATA_BYTES));
    for command in [deposit(1), deposit(0)] {
        match app.send(command).metadata(large.clone()).idempotency_key("large").await {
            Err(SendError::Invalid(invalid)) => assert_eq!(invalid.field(), Field::Metadata),
            other => panic!("a refusal was expected, not {other:?}"),
        }
    }
}

async fn an_imported_log_remembers(store: impl Store) {
    let one = app(&store).await;
    one.send(deposit(3)).idempotency_key("done").await.unwrap();
    one.send(withdraw(9)).idempotency_key("refused").await.unwrap_err();
    one.send(deposit(0)).idempotency_key("nothing").await.unwrap();
    let copy = MemoryStore::new();
    for event in log(&store).await {
        let mut line = Vec::new();
        factum::ndjson::Line::from_event(&event).unwrap().write_to(&mut line);
        let event = factum::ndjson::Line::parse(line.trim_ascii_end()).unwrap().into_event();
        factum::EventAppender::append_one(&copy, factum::Append::new([event])).await.unwrap();
    }
    let other = app(&copy).await;
    assert!(other.send(deposit(3)).idempotency_key("done").await.unwrap().repeated);
    assert!(other.send(deposit(0)).idempotency_key("nothing").await.unwrap().repeated);
    let refused = other.send(withdraw(1)).idempotency_key("refused").await.unwrap_err();
    assert_eq!(refused.rejection(), Some(&NotEnough { available: 3 }));
}

/// The first sending takes effect while the second one is on its way: between that it was looked for, and that the
/// second one is decided. What the second one finds is the work of the first.
#[tokio::test]
async fn who_is_in_the_way_of_himself_gets_the_first_outcome() {
    let store = MemoryStore::new();
    let is_first = Arc::new(AtomicBool::new(true));
    let slow = {
        let (store, is_first) = (store.clone(), is_first.clone());
        crate::hooked::Hooked::new(store.clone()).after_finding(move || {
            let (store, is_first) = (store.clone(), is_first.clone());
            async move {
                if is_first.swap(false, Relaxed) {
                    let app = app(&store).await;
                    let sent = app.send(deposit(1)).expect(ExpectedVersion::NoStream);
                    assert!(!sent.idempotency_key("r").await.unwrap().repeated);
                }
            }
        })
    };
    let second = App::builder(slow).build().await.unwrap();
    let again = second.send(deposit(1)).expect(ExpectedVersion::NoStream).idempotency_key("r").await.unwrap();
    assert!(again.repeated);
    assert_eq!(log(&store).await.len(), 1);
}

async fn what_had_no_effect_is_in_nobodys_way(store: impl Store) {
    let app = App::builder(store.clone()).view::<Balance>().build().await.unwrap();
    app.send(withdraw(1)).idempotency_key("refused").await.unwrap_err();
    app.send(deposit(0)).idempotency_key("nothing").await.unwrap();
    let done = app.send(deposit(5)).idempotency_key("done").await.unwrap();
    let balance = app.ask(Balance::get("ada")).after(&done).await.unwrap();
    assert_eq!(balance.map(|balance| balance.amount), Some(5));
    app.shutdown().await;
}

async fn copied_metadata_does_not_claim_a_key(store: impl Store) {
    let app = app(&store).await;
    app.send(deposit(1)).actor("ada").idempotency_key("r").await.unwrap();
    let copied = log(&store).await.remove(0).metadata;
    app.send(deposit(2)).metadata(copied).await.unwrap();
    let event = log(&store).await.remove(1);
    assert_eq!(event.metadata.actor.as_deref(), Some("ada"));
    assert_eq!((event.metadata.idempotency_key.as_deref(), event.metadata.command.as_deref()), (None, None));
}
