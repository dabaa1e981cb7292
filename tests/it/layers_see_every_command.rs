use crate::{
    bank::{Account, Balance, ada, deposit, withdraw},
    stores::{Store, log, on_every_store},
};
use factum::{
    App, Receipt, SendError,
    bus::{AnyCommand, Envelope, Gate},
    prelude::*,
};
use std::time::Duration;
use tower::{BoxError, Service, ServiceBuilder, ServiceExt, layer::layer_fn, service_fn};

on_every_store! {
    a_layer_can_refuse_and_add_to_the_context,
    the_last_layer_is_the_outermost,
    the_bus_takes_the_layers_of_tower,
    questions_take_the_layers_of_tower,
    a_layer_that_does_as_it_likes_harms_only_its_own_command,
    what_a_layer_changes_is_that_commands_alone,
}

/// What the layer finds beside a command.
struct Permissions {
    may_withdraw: bool,
}

/// Lets nobody withdraw who may not, and notes who it was.
fn authorise(
    inside: Gate,
) -> impl Service<AnyCommand, Response = Receipt, Error = BoxError, Future: Send> + Clone {
    service_fn(move |mut command: AnyCommand| {
        let inside = inside.clone();
        async move {
            let may =
                command.context.get::<Permissions>().is_some_and(|permissions| permissions.may_withdraw);
            if command.name == "Withdraw" && !may {
                return Err(format!("nobody may withdraw from {}", command.stream).into());
            }
            command.context.metadata.actor = Some("checked".to_owned());
            inside.oneshot(command).await
        }
    })
}

async fn a_layer_can_refuse_and_add_to_the_context(store: impl Store) {
    let app = App::builder(store.clone()).layer(layer_fn(authorise)).build().await.unwrap();
    app.send(deposit(10)).await.unwrap();
    match app.send(withdraw(1)).await {
        Err(SendError::Layer(error)) => assert_eq!(error.to_string(), "nobody may withdraw from account-ada"),
        other => panic!("a refusal was expected, not {other:?}"),
    }
    app.send(withdraw(1)).with_value(Permissions { may_withdraw: true }).await.unwrap();
    // What the domain says comes back as it was said.
    let refused = app.send(withdraw(100)).with_value(Permissions { may_withdraw: true }).await.unwrap_err();
    assert_eq!(refused.to_string(), "there is only 9 in the account");
    assert!(log(&store).await.iter().all(|event| event.metadata.actor.as_deref() == Some("checked")));
}

async fn the_last_layer_is_the_outermost(store: impl Store) {
    let note = |name: &'static str| {
        layer_fn(move |inside: Gate| {
            service_fn(move |mut command: AnyCommand| {
                let said = command.context.metadata.actor.take().unwrap_or_default();
                command.context.metadata.actor = Some(said + name);
                inside.clone().oneshot(command)
            })
        })
    };
    let app = App::builder(store.clone()).layer(note("inner")).layer(note("outer, ")).build().await.unwrap();
    app.send(deposit(1)).await.unwrap();
    assert_eq!(log(&store).await[0].metadata.actor.as_deref(), Some("outer, inner"));
}

async fn the_bus_takes_the_layers_of_tower(store: impl Store) {
    let app = App::builder(store).build().await.unwrap();
    let mut deposits = ServiceBuilder::new()
        .map_request(|amount| Envelope::new(deposit(amount)).expect("a target"))
        .concurrency_limit(1)
        .service(app.commands().clone());
    for amount in [1, 2] {
        deposits.ready().await.unwrap().call(amount).await.unwrap();
    }
    assert_eq!(app.load::<Account>(&ada()).await.unwrap().state.balance, 3);
}

async fn questions_take_the_layers_of_tower(store: impl Store) {
    let app = App::builder(store).view::<Balance>().build().await.unwrap();
    let done = app.send(deposit(5)).await.unwrap();
    app.wait_for::<Balance>(&done.receipt).await.unwrap();
    let questions = ServiceBuilder::new().timeout(Duration::from_secs(60)).service(app.queries().clone());
    let answer = questions.oneshot(Balance::get(ada())).await.unwrap();
    assert_eq!(answer.map(|balance| balance.amount), Some(5));
    app.shutdown().await;
}

/// What the layer is to do with a command.
#[derive(Clone, Copy, Debug)]
enum Do {
    Pass,
    Nothing,
    Lie,
    GiveUp,
    Panic,
    SendAndFail,
    SendAndLie,
}

fn as_it_likes(
    inside: Gate,
) -> impl Service<AnyCommand, Response = Receipt, Error = BoxError, Future: Send> + Clone {
    service_fn(move |command: AnyCommand| {
        let inside = inside.clone();
        async move {
            let what = command.context.get::<Do>().map_or(Do::Pass, |what| *what);
            let nothing = Receipt::empty(factum::LogId::random());
            match what {
                Do::Pass => inside.oneshot(command).await,
                Do::Nothing => Err("it is closed".into()),
                Do::Lie => Ok(nothing),
                Do::GiveUp => {
                    let mut sending = std::pin::pin!(inside.oneshot(command));
                    let polled = futures_util::poll!(sending.as_mut());
                    Err(format!("given up, {}", if polled.is_ready() { "done" } else { "half-way" }).into())
                }
                Do::Panic => panic!("the layer broke"),
                Do::SendAndFail => {
                    inside.oneshot(command).await?;
                    Err("its own opinion".into())
                }
                Do::SendAndLie => {
                    inside.oneshot(command).await.ok();
                    Ok(nothing)
                }
            }
        }
    })
}

async fn a_layer_that_does_as_it_likes_harms_only_its_own_command(store: impl Store) {
    let app = App::builder(store.clone()).layer(layer_fn(as_it_likes)).build().await.unwrap();
    app.send(deposit(10)).await.unwrap();
    for what in [Do::Nothing, Do::Lie] {
        let outcome = app.send(deposit(1)).with_value(what).await;
        assert!(matches!(outcome, Err(SendError::Layer(_))), "{what:?}: {outcome:?}");
    }
    assert_eq!(log(&store).await.len(), 1);
    let panicking = app.clone();
    let panicked =
        tokio::spawn(async move { panicking.send(deposit(1)).with_value(Do::Panic).await.map(drop) });
    assert!(panicked.await.unwrap_err().is_panic());
    let before = log(&store).await.len();
    let given_up = app.send(deposit(1)).with_value(Do::GiveUp).await;
    // What had an outcome before it was given up, has it.
    match given_up {
        Ok(_) => assert_eq!(log(&store).await.len(), before + 1),
        Err(SendError::Layer(error)) => assert_eq!(error.to_string(), "given up, half-way"),
        Err(other) => panic!("{other:?}"),
    }
    // What has happened has happened, whatever the layer says of it; and what was refused was refused.
    for what in [Do::SendAndFail, Do::SendAndLie] {
        let before = log(&store).await.len();
        let done = app.send(deposit(1)).with_value(what).await.unwrap();
        assert_eq!(done.receipt.written.len(), 1);
        assert!(log(&store).await.len() > before);
        let refused = app.send(withdraw(1000)).with_value(what).await.unwrap_err();
        assert!(refused.rejection().is_some());
    }
    app.send(deposit(1)).await.unwrap();
}

async fn what_a_layer_changes_is_that_commands_alone(store: impl Store) {
    let app = App::builder(store.clone()).build().await.unwrap();
    let mut envelope = Envelope::new(deposit(1)).unwrap();
    let before = envelope.clone();
    envelope.context_mut().metadata.actor = Some("ada".into());
    let after = Envelope::new(deposit(1)).unwrap();
    for envelope in [before, envelope, after] {
        app.commands().clone().oneshot(envelope).await.unwrap();
    }
    let actors: Vec<_> = log(&store).await.into_iter().map(|event| event.metadata.actor.clone()).collect();
    assert_eq!(actors, [None, Some("ada".to_owned()), None]);
}
