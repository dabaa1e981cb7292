use super::place::Place;
use crate::given::soon;
use crate::mail::{event, next, until};
use factum_messaging::{
    Transport as _,
    nats::Nats,
    remote::{RequestError, RequestReply as _, Serve},
};
use std::time::Duration;

const LONG: Duration = Duration::from_secs(20);

fn bank() -> Serve {
    Serve::new("bank".parse().unwrap(), ["bank.*".parse().unwrap()])
}

#[tokio::test]
async fn although_the_server_was_killed() {
    let server = factum_services::nats::Nats::builder().start().await.unwrap();
    let connect = async || Nats::connect(server.url()).await.unwrap();
    crate::restarted::check(
        [connect().await, connect().await],
        async || server.kill().await.unwrap(),
        async || server.start().await.unwrap(),
    )
    .await;
}

/// Whoever waits is told so, and not left waiting.
#[tokio::test]
async fn although_something_is_too_large() {
    let place = Place::new();
    let nats = place.connect().await;
    let mut requests = nats.serve(bank()).await.unwrap();
    let large = || event(1).with_data(vec![b'7'; 2 << 20]);
    let error = soon(nats.request("bank.deposit".parse().unwrap(), large(), LONG)).await.unwrap_err();
    assert!(matches!(&error, RequestError::Transport(error) if !error.is_transient()), "{error:?}");
    let served = async {
        let request = requests.next().await.unwrap().unwrap();
        let error = request.reply(large()).await.unwrap_err();
        assert!(!error.is_transient(), "{error:?}");
        request.reply(event("smaller")).await.unwrap();
    };
    let asked = nats.request("bank.deposit".parse().unwrap(), event(1), LONG);
    let (reply, ()) = soon(futures_util::future::join(asked, served)).await;
    assert_eq!(reply.unwrap().id, "smaller");
    nats.close().await;
}

/// The stream has nothing to do with it.
#[tokio::test]
async fn and_are_kept_nowhere() {
    let place = Place::new();
    let nats = place.connect().await;
    let mut feed = nats.listen(crate::mail::listen("reader", &["#"])).await.unwrap();
    let mut requests = nats.serve(Serve::new("bank".parse().unwrap(), ["#".parse().unwrap()])).await.unwrap();
    crate::mail::publish(&nats, vec![crate::mail::outgoing("bank.deposited", 1)]).await;
    let served = async {
        let request = requests.next().await.unwrap().unwrap();
        assert_eq!(request.topic.as_str(), "bank.deposit");
        request.reply(event(2)).await.unwrap();
    };
    let asked = nats.request("bank.deposit".parse().unwrap(), event(1), LONG);
    soon(futures_util::future::join(asked, served)).await.0.unwrap();
    let message = next(&mut feed).await;
    assert_eq!(message.topic.as_str(), "bank.deposited");
    message.ack().await.unwrap();
    until(async || place.count(&place.name).await == 1).await;
    nats.close().await;
}
