use crate::{
    bank::{Account, AccountEvent, Deposited, NotEnough, Withdrawn, ada, deposit, withdraw},
    hooked::Hooked,
    stores::{Store, log, names, on_every_store, read},
};
use factum::{
    Aggregate, App, CausationId, Conflict, CorrelationId, EventType, ExpectedVersion, NewEvent, SendError,
    StreamVersion, bus::ConflictRetry,
};
use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

on_every_store! {
    what_is_decided_is_stored_and_returned,
    a_rejection_is_the_domains_own,
    a_command_without_events_writes_nothing,
    eight_tasks_on_one_account_all_succeed,
    a_sender_can_say_what_it_has_seen,
    with_one_attempt_a_conflict_is_returned,
    without_a_budget_a_conflict_is_returned,
    metadata_travels_with_the_events,
    an_unreadable_history_is_an_error,
    a_target_that_is_no_key_is_an_error,
}

async fn app(store: &impl Store) -> App {
    App::builder(store.clone()).build().await.unwrap()
}

async fn what_is_decided_is_stored_and_returned(store: impl Store) {
    let app = app(&store).await;
    app.send(deposit(100)).await.unwrap();
    let done = app.send(withdraw(30)).await.unwrap();
    assert_eq!(done.state.balance, 70);
    assert_eq!(done.events, [AccountEvent::Withdrawn(Withdrawn { amount: 30 })]);
    let stream = Account::stream(&ada()).unwrap();
    assert_eq!(done.receipt.version_of(&stream), Some(StreamVersion::new(2)));

    let stored = read(&store, &stream).await;
    assert_eq!(names(&stored), ["Deposited", "Withdrawn"]);
    assert_eq!(stored[0].payload, r#"{"amount":100}"#);
    let decoded = stored[0].clone().decode::<AccountEvent>().unwrap();
    assert_eq!(decoded.event, AccountEvent::Deposited(Deposited { amount: 100 }));
    let current = app.load::<Account>(&ada()).await.unwrap();
    assert_eq!((current.state.balance, current.version), (70, StreamVersion::new(2)));
}

async fn a_rejection_is_the_domains_own(store: impl Store) {
    let app = app(&store).await;
    let error = app.send(withdraw(1)).await.unwrap_err();
    assert_eq!(error.to_string(), "there is only 0 in the account");
    assert_eq!(error.rejection(), Some(&NotEnough { available: 0 }));
    assert!(log(&store).await.is_empty());
}

async fn a_command_without_events_writes_nothing(store: impl Store) {
    let done = app(&store).await.send(deposit(0)).await.unwrap();
    assert!(done.events.is_empty() && done.receipt.is_empty());
    assert!(log(&store).await.is_empty());
}

async fn eight_tasks_on_one_account_all_succeed(store: impl Store) {
    let app = app(&store).await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move {
                for _ in 0..20 {
                    app.send(deposit(1)).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(app.load::<Account>(&ada()).await.unwrap().state.balance, 160);
}

async fn a_sender_can_say_what_it_has_seen(store: impl Store) {
    let app = app(&store).await;
    app.send(deposit(100)).expect(ExpectedVersion::NoStream).await.unwrap();
    let stale = app.send(withdraw(1)).expect(ExpectedVersion::NoStream).await.unwrap_err();
    match stale {
        SendError::Conflict(Conflict::Version { actual, .. }) => assert_eq!(actual, StreamVersion::FIRST),
        other => panic!("a conflict was expected, not {other:?}"),
    }
    app.send(withdraw(1)).expect(ExpectedVersion::Exact(StreamVersion::FIRST)).await.unwrap();
}

async fn with_one_attempt_a_conflict_is_returned(store: impl Store) {
    let once = ConflictRetry::new().attempts(NonZeroU32::MIN);
    let app = App::builder(disturbed_once(&store).await).retry(once).build().await.unwrap();
    assert!(matches!(app.send(deposit(1)).await, Err(SendError::Conflict(_))));
    // The interference is over, so the same command now succeeds.
    assert_eq!(app.send(deposit(1)).await.unwrap().state.balance, 1_001);
}

async fn without_a_budget_a_conflict_is_returned(store: impl Store) {
    let broke = ConflictRetry::new().retries_per_second(0);
    let app = App::builder(disturbed_once(&store).await).retry(broke).build().await.unwrap();
    assert!(matches!(app.send(deposit(1)).await, Err(SendError::Conflict(_))));
    assert_eq!(app.commands().conflicts(), 1);
}

/// A store beside which somebody else writes between the load and the append of a command, once.
async fn disturbed_once(store: &impl Store) -> Hooked<impl Store> {
    let other = app(store).await;
    let disturbed = Arc::new(AtomicBool::new(false));
    Hooked::new(store.clone()).before_appending(move || {
        let (other, disturbed) = (other.clone(), Arc::clone(&disturbed));
        async move {
            if !disturbed.swap(true, Relaxed) {
                other.send(deposit(1_000)).await.unwrap();
            }
        }
    })
}

async fn metadata_travels_with_the_events(store: impl Store) {
    let app = app(&store).await;
    let time = "2012-02-29T12:00:00Z".parse().unwrap();
    app.send(deposit(5)).actor("clerk-7").at(time).await.unwrap();
    let cause = read(&store, &Account::stream(&ada()).unwrap()).await.remove(0);
    assert_eq!((cause.metadata.actor.as_deref(), cause.time), (Some("clerk-7"), time));

    app.send(withdraw(1)).caused_by(&cause).await.unwrap();
    let effect = log(&store).await.remove(1);
    assert_eq!(effect.metadata.causation_id, Some(CausationId(cause.id.0)));
    assert_eq!(effect.metadata.correlation_id, Some(CorrelationId(cause.id.0)));
}

async fn an_unreadable_history_is_an_error(store: impl Store) {
    let stream = Account::stream(&ada()).unwrap();
    let strange = NewEvent::new(stream, EventType::from_static("Frozen"), "{}");
    store.append_one(factum::Append::new([strange])).await.unwrap();
    let app = app(&store).await;
    match app.send(deposit(1)).await {
        Err(SendError::Decode(error)) => {
            assert!(error.is_unknown_type());
            assert_eq!(
                error.to_string(),
                "reading Frozen (version 1 of its payload) at account-ada version 1, position 1"
            );
        }
        other => panic!("a decoding error was expected, not {other:?}"),
    }
}

async fn a_target_that_is_no_key_is_an_error(store: impl Store) {
    let nobody = crate::bank::Deposit { account: "".into(), amount: 1 };
    assert!(matches!(app(&store).await.send(nobody).await, Err(SendError::Invalid(_))));
}
