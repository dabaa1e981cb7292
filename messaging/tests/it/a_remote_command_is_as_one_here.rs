use crate::{
    bank::{Account, AccountId, Balance, GetBalance, Refusal, app, deposit, events, server},
    given::soon,
};
use async_trait::async_trait;
use factum::{
    Command, Events, Handle,
    store::{EventReader as _, ReadStream},
};
use factum_macros::Command;
use factum_messaging::{
    CloudEvent, LocalBroker, Topic, Transport, TransportError,
    remote::{Remote, RemoteError, RequestError, RequestReply, Requests, Serve},
    transport::{Capabilities, Feed, Listen, Outgoing, PublishError},
};
use factum_store_memory::MemoryStore;
use serde::{Deserialize, Serialize};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

#[tokio::test]
async fn it_is_sent_and_answered() {
    let (store, broker) = (MemoryStore::new(), LocalBroker::new());
    let app = app(&store).await;
    let serving = server(app.clone()).serve(broker.clone()).await.unwrap();
    let bank = Remote::new("bank", broker.clone());

    let receipt = soon(bank.send(deposit(30)).actor("clerk-7").into_future()).await.unwrap();
    assert_eq!(receipt.log, store.log_id());
    assert_eq!(receipt.written[0].stream.as_str(), "account-ada");
    let event = &store.read_stream(ReadStream::new("account-ada".parse().unwrap())).await.unwrap().events[0];
    assert_eq!(event.metadata.actor.as_deref(), Some("clerk-7"));
    // The receipt is as good as one of here.
    factum_projections::AppExt::wait_for::<Balance>(&app, &receipt).await.unwrap();
    assert_eq!(
        soon(bank.ask(GetBalance { account: "ada".to_owned() }).into_future()).await.unwrap(),
        Some(30)
    );

    let refused = soon(bank.send(deposit(2_000)).into_future()).await.unwrap_err();
    assert_eq!(refused.rejection(), Some(&Refusal::TooMuch(2_000)));
    assert!(!refused.may_have_taken_effect());
    serving.stop().await;
    soon(app.shutdown()).await;
}

#[tokio::test]
async fn with_a_key_it_takes_effect_once() {
    let (store, broker) = (MemoryStore::new(), LocalBroker::new());
    let serving = server(app(&store).await).serve(broker.clone()).await.unwrap();
    let bank = Remote::new("bank", broker.clone());
    let first = soon(bank.send(deposit(30)).idempotency_key("order-7").into_future()).await.unwrap();
    let again = soon(bank.send(deposit(30)).idempotency_key("order-7").into_future()).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(events(&store).await, 1);
    soon(bank.send(deposit(30)).into_future()).await.unwrap();
    assert_eq!(events(&store).await, 2);
    serving.stop().await;
}

/// Loses the first replies, or has them come too late.
#[derive(Clone, Debug)]
struct Lossy {
    broker: LocalBroker,
    losses: Arc<AtomicUsize>,
}

#[async_trait]
impl Transport for Lossy {
    fn name(&self) -> &'static str {
        "lossy"
    }

    fn capabilities(&self) -> Capabilities {
        self.broker.capabilities()
    }

    async fn publish(&self, messages: Vec<Outgoing>) -> Vec<Result<(), PublishError>> {
        self.broker.publish(messages).await
    }

    async fn listen(&self, listen: Listen) -> Result<Box<dyn Feed>, TransportError> {
        self.broker.listen(listen).await
    }

    async fn close(&self) {
        self.broker.close().await;
    }
}

#[async_trait]
impl RequestReply for Lossy {
    async fn request(
        &self,
        topic: Topic,
        event: CloudEvent,
        patience: Duration,
    ) -> Result<CloudEvent, RequestError> {
        let reply = self.broker.request(topic, event, patience).await;
        match self.losses.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)) {
            Ok(_) => Err(RequestError::TimedOut(patience)),
            Err(_) => reply,
        }
    }

    async fn serve(&self, serve: Serve) -> Result<Box<dyn Requests>, TransportError> {
        self.broker.serve(serve).await
    }
}

#[tokio::test(start_paused = true)]
async fn although_its_replies_are_lost() {
    let (store, broker) = (MemoryStore::new(), LocalBroker::new());
    let serving = server(app(&store).await).serve(broker.clone()).await.unwrap();
    let lossy = Lossy { broker: broker.clone(), losses: Arc::new(AtomicUsize::new(3)) };
    let receipt = soon(Remote::new("bank", lossy.clone()).send(deposit(30)).into_future()).await.unwrap();
    assert_eq!(receipt.written[0].version.get(), 1);
    assert_eq!(lossy.losses.load(Relaxed), 0);
    assert_eq!(events(&store).await, 1, "it was served four times");

    // All of them: then nobody knows.
    lossy.losses.store(usize::MAX, Relaxed);
    let bank = Remote::new("bank", lossy).within(Duration::from_secs(3));
    let error = soon(bank.send(deposit(1)).into_future()).await.unwrap_err();
    assert!(matches!(error, RemoteError::TimedOut(limit) if limit.as_secs() == 3), "{error:?}");
    assert!(error.may_have_taken_effect());
    assert_eq!(events(&store).await, 2);
    serving.stop().await;
}

#[tokio::test(start_paused = true)]
async fn who_is_not_there_is_waited_for_and_told_apart_from_who_does_not_answer() {
    let (store, broker) = (MemoryStore::new(), LocalBroker::new());
    let bank = Remote::new("bank", broker.clone()).within(Duration::from_secs(2));
    let error = soon(bank.send(deposit(1)).into_future()).await.unwrap_err();
    assert!(
        matches!(&error, RemoteError::Unavailable(RequestError::NobodyServes(topic)) if topic.as_str() == "command.bank.Deposit"),
        "{error:?}"
    );
    assert!(!error.may_have_taken_effect());

    // Whoever comes in time serves it.
    let late = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        server(app(&store).await).serve(broker.clone()).await.unwrap()
    };
    let (serving, receipt) =
        soon(futures_util::future::join(late, bank.send(deposit(1)).into_future())).await;
    assert_eq!(receipt.unwrap().written[0].version.get(), 1);
    serving.stop().await;
}

#[derive(Command, Serialize, Deserialize)]
struct Close {
    account: AccountId,
}

impl Handle<Close> for Account {
    type Rejection = factum::Never;

    fn handle(&self, _: &Close) -> Result<Events<Self>, factum::Never> {
        Ok(Events::none())
    }
}

#[tokio::test]
async fn what_is_not_served_or_not_understood_is_said() {
    let (store, broker) = (MemoryStore::new(), LocalBroker::new());
    let serving = server(app(&store).await).serve(broker.clone()).await.unwrap();
    let bank = Remote::new("bank", broker.clone());
    let close = bank.send(Close { account: AccountId("ada".to_owned()) });
    let error = soon(close.into_future()).await.unwrap_err();
    assert_eq!(error.to_string(), "Close is not served there");
    assert_eq!(Close::NAME, "Close");

    let garbled = CloudEvent::new("1", "/elsewhere", "Deposit").unwrap().with_data("{}");
    let topic: Topic = "command.bank.Deposit".parse().unwrap();
    let reply = soon(broker.request(topic.clone(), garbled, Duration::from_secs(5))).await.unwrap();
    let said = String::from_utf8(reply.data.unwrap().to_vec()).unwrap();
    assert!(said.contains("refused") && said.contains("missing field `account`"), "{said}");

    // A request that nobody waits for any more is left alone.
    let late = CloudEvent::new("2", "/elsewhere", "Deposit").unwrap();
    let late = late.with_data(r#"{"account":"ada","amount":1}"#);
    let late = late.with_extension("expirytime", "2001-01-01T00:00:00Z").unwrap();
    let error = soon(broker.request(topic, late, Duration::from_secs(5))).await.unwrap_err();
    assert!(matches!(error, RequestError::TimedOut(_)), "{error:?}");
    assert_eq!(events(&store).await, 0);
    serving.stop().await;
}
