//! Each layer around a service that is strict: it panics when it is called without having been asked whether it is
//! ready, and it is ready once for each call.

use crate::bank::{Account, Deposit, Withdraw, deposit, withdraw};
use factum::{
    App, MemoryStore, SendError,
    bus::{
        Committed, ConflictRetry, Decide, Envelope, OnceLayer, SequenceLayer, TimeoutLayer, TraceLayer,
        ValidateLayer,
    },
    prelude::Handle,
};
use futures_util::future::{BoxFuture, join_all};
use std::{
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tower::{Layer, Service, ServiceExt};

/// Not cloned with its readiness, as the contract says.
struct Strict {
    inside: Decide,
    is_ready: bool,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self { inside: self.inside.clone(), is_ready: false }
    }
}

impl<C: factum::Command<Decider = Account>> Service<Envelope<C>> for Strict
where
    Account: Handle<C>,
{
    type Response = Committed<Account>;
    type Error = SendError<<Account as Handle<C>>::Rejection>;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, envelope: Envelope<C>) -> Self::Future {
        assert!(std::mem::take(&mut self.is_ready), "called without having been ready");
        self.inside.call(envelope)
    }
}

async fn is_used_rightly<L>(layer: impl FnOnce(Arc<MemoryStore>) -> L)
where
    L: Layer<Strict>,
    L::Service: Service<
            Envelope<Deposit>,
            Response = Committed<Account>,
            Error = SendError<factum::Never>,
            Future: Send,
        > + Service<
            Envelope<Withdraw>,
            Response = Committed<Account>,
            Error = SendError<crate::bank::NotEnough>,
            Future: Send,
        > + Clone,
{
    let store = Arc::new(MemoryStore::new());
    let strict = Strict { inside: Decide::new(store.clone(), 10), is_ready: false };
    let mut service = layer(store).layer(strict);
    let key = |n: u64| Envelope::new(deposit(n)).unwrap().with_idempotency_key(format!("key {n}"));
    for n in 1..3 {
        ServiceExt::<Envelope<Deposit>>::ready(&mut service).await.unwrap().call(key(n)).await.unwrap();
        let again = ServiceExt::<Envelope<Deposit>>::ready(&mut service).await.unwrap().call(key(n)).await;
        assert!(matches!(again, Ok(Committed { repeated: true, .. }) | Err(SendError::DuplicateEvent(_))));
    }
    let mut wrong = service.clone();
    let ready = ServiceExt::<Envelope<Withdraw>>::ready(&mut wrong).await.unwrap();
    ready.call(Envelope::new(withdraw(1000)).unwrap()).await.unwrap_err();
    // Many at once, of which all but one may have to wait.
    let mut sent = Vec::new();
    for _ in 0..5 {
        let ready = ServiceExt::<Envelope<Deposit>>::ready(&mut service).await.unwrap();
        sent.push(ready.call(Envelope::new(deposit(1)).unwrap()));
    }
    for sent in join_all(sent).await {
        if let Err(error) = sent {
            assert!(matches!(error, SendError::Conflict(_)));
        }
    }
}

#[tokio::test]
async fn each_layer_calls_what_has_been_ready() {
    is_used_rightly(|_| SequenceLayer::new()).await;
    is_used_rightly(|store| OnceLayer::new(store)).await;
    is_used_rightly(|_| TimeoutLayer::new(Duration::from_secs(60))).await;
    is_used_rightly(|_| TraceLayer).await;
    is_used_rightly(|_| ValidateLayer).await;
    is_used_rightly(|_| tower::retry::RetryLayer::new(ConflictRetry::new())).await;
    is_used_rightly(|store| {
        let in_turn = tower::layer::util::Stack::new(OnceLayer::new(store), SequenceLayer::new());
        tower::layer::util::Stack::new(in_turn, TimeoutLayer::new(Duration::from_secs(60)))
    })
    .await;
}

#[tokio::test]
async fn a_command_that_nobody_waits_for_holds_up_nobody() {
    let app = App::builder(MemoryStore::new()).build().await.unwrap();
    let unpolled = app.commands().clone().call(Envelope::new(deposit(1)).unwrap());
    let limit = Duration::from_secs(5);
    tokio::time::timeout(limit, async { app.send(deposit(2)).await.unwrap() }).await.unwrap();
    assert_eq!(unpolled.await.unwrap().state.balance, 3);
}

/// What a web server's handler needs.
#[test]
fn what_is_awaited_goes_from_thread_to_thread() {
    fn goes<T: Send + 'static>(_: &Option<T>) {}
    fn is_shared<T: Send + Sync + Clone + 'static>(_: &T) {}
    goes(&None::<factum::app::Dispatched<Deposit>>);
    goes(&None::<factum::bus::Sending<Deposit>>);
    goes(&None::<Envelope<Deposit>>);
    goes(&None::<Committed<Account>>);
    goes(&None::<SendError<crate::bank::NotEnough>>);
    let app =
        futures_util::FutureExt::now_or_never(App::builder(MemoryStore::new()).build()).unwrap().unwrap();
    is_shared(&app);
    is_shared(app.commands());
    is_shared(&Envelope::new(deposit(1)).unwrap());
    let loads = async move { app.load::<Account>(&crate::bank::ada()).await.map(drop) };
    goes(&Some(loads));
}
