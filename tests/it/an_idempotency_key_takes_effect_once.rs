use crate::{
    bank::{NotEnough, ada, deposit, withdraw},
    stores::{Store, log, on_every_store},
};
use factum::{App, SendError};

on_every_store! {
    the_same_key_gives_the_first_outcome,
    a_rejection_is_an_outcome_too,
    nothing_to_do_is_an_outcome_too,
    a_key_belongs_to_one_command_and_one_target,
    of_many_at_once_one_takes_effect,
    the_state_is_that_of_then,
    a_failure_is_not_an_outcome,
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
