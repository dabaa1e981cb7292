use crate::{
    bank::{Balance, deposit, withdraw},
    stores::{Store, on_every_store},
};
use factum::{
    App, AskError, ReadQuery, View,
    prelude::Documents,
    projections::{AppBuilderExt, AppExt, WaitError},
};

on_every_store! {
    after_waiting_for_the_receipt,
    a_live_view_reads_like_a_kept_one,
    questions_go_to_the_model_that_they_name,
    a_missing_projection_is_an_error_that_says_so,
    after_a_restart_it_goes_on_where_it_was,
}

struct Richest;

impl ReadQuery for Richest {
    type Model = Documents<Balance>;
    type Answer = Option<String>;

    async fn answer(self, balances: &Documents<Balance>) -> Result<Self::Answer, AskError> {
        Ok(balances.all().await?.into_iter().max_by_key(|(_, balance)| balance.amount).map(|(name, _)| name))
    }
}

async fn after_waiting_for_the_receipt(store: impl Store) {
    let app = App::builder(store).view::<Balance>().build().await.unwrap();
    for round in 1..=50 {
        let done = app.send(deposit(1)).await.unwrap();
        // By itself, and as part of the question.
        match round % 2 {
            0 => app.wait_for::<Balance>(&done.receipt).await.unwrap(),
            _ => assert_eq!(app.ask(Richest).after(&done).await.unwrap().as_deref(), Some("ada")),
        }
        assert_eq!(app.ask(Balance::get("ada")).await.unwrap(), Some(Balance { amount: round }));
    }
    app.shutdown().await;
    let done = app.send(withdraw(1)).await.unwrap();
    let asked = app.ask(Balance::get("ada")).after(&done.receipt).await;
    assert!(
        matches!(&asked, Err(AskError::Wait(e)) if e.to_string() == "projection balance was stopped"),
        "{asked:?}"
    );
    assert!(matches!(app.wait_for::<Balance>(&done.receipt).await, Err(WaitError::Stopped { .. })));
}

async fn a_live_view_reads_like_a_kept_one(store: impl Store) {
    let app = App::builder(store).live(Balance::default()).build().await.unwrap();
    assert_eq!(app.ask(Balance::get("ada")).await.unwrap(), None);
    let done = app.send(deposit(7)).await.unwrap();
    assert_eq!(app.ask(Balance::get("ada")).after(&done).await.unwrap(), Some(Balance { amount: 7 }));
}

async fn questions_go_to_the_model_that_they_name(store: impl Store) {
    let app = App::builder(store).view::<Balance>().build().await.unwrap();
    app.send(deposit(7)).await.unwrap();
    app.send(crate::bank::Deposit { account: "bob".into(), amount: 9 }).await.unwrap();
    app.caught_up().await.unwrap();
    assert_eq!(app.ask(Richest).await.unwrap().as_deref(), Some("bob"));
}

async fn a_missing_projection_is_an_error_that_says_so(store: impl Store) {
    let app = App::builder(store).build().await.unwrap();
    let done = app.send(deposit(7)).await.unwrap();
    assert!(matches!(app.wait_for::<Balance>(&done.receipt).await, Err(WaitError::NotRunning(_))));
    for asking in [app.ask(Richest), app.ask(Richest).after(&done)] {
        let error = asking.await.unwrap_err().to_string();
        assert!(error.contains("Balance") && error.contains("add the projection"), "{error}");
    }
}

async fn after_a_restart_it_goes_on_where_it_was(store: impl Store) {
    for round in 1..=3 {
        let app = App::builder(store.clone()).view::<Balance>().build().await.unwrap();
        app.send(deposit(5)).await.unwrap();
        app.caught_up().await.unwrap();
        assert_eq!(app.ask(Balance::get("ada")).await.unwrap(), Some(Balance { amount: 5 * round }));
        app.shutdown().await;
    }
}
