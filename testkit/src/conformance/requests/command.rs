//! Commands and questions to an application elsewhere.

use super::{
    SOON,
    account::{Bank, Echo, Refusal, deposit},
    next, serve, soon, to, until,
};
use crate::conformance::Fixture;
use factum_messaging::remote::{Remote, RemoteError, RequestReply, Serving};
use futures_util::future::join;
use std::{future::IntoFuture as _, sync::Arc, sync::atomic::Ordering::SeqCst, time::Duration};
use tokio::time::timeout;

/// A request is waited for for 5 seconds before it is sent again.
const LATER: Duration = Duration::from_secs(30);

async fn serving<T: RequestReply>(bank: &Bank, transport: &Arc<T>) -> Serving {
    match soon(bank.server().serve(Arc::clone(transport))).await {
        Ok(serving) => serving,
        Err(error) => panic!("the bank cannot be served: {error} ({error:?})"),
    }
}

/// Where its events were written there.
pub async fn a_command_takes_effect_and_its_receipt_comes_back(place: impl Fixture<Store: RequestReply>) {
    let (bank, transport) = (Bank::open().await, Arc::new(place.open().await));
    let serving = serving(&bank, &transport).await;
    let remote = Remote::new("bank", transport);
    let receipt = soon(remote.send(deposit(30)).into_future()).await.expect("the command is accepted");
    assert_eq!(receipt.written[0].stream.as_str(), "account-7");
    assert_eq!(bank.deposits().await, 1);
    serving.stop().await;
}

/// And is final.
pub async fn a_rejection_comes_back_as_the_type_that_it_is(place: impl Fixture<Store: RequestReply>) {
    let (bank, transport) = (Bank::open().await, Arc::new(place.open().await));
    let serving = serving(&bank, &transport).await;
    let error = soon(Remote::new("bank", transport).send(deposit(2_000)).into_future()).await;
    let error = error.expect_err("the command is rejected");
    let expected = Refusal::TooMuch { most: 1_000, to: "\u{c4}da \u{1f600}".to_owned() };
    assert_eq!(error.rejection(), Some(&expected), "{error:?}");
    assert!(!error.may_have_taken_effect());
    assert_eq!(bank.deposits().await, 0);
    serving.stop().await;
}

/// As often as it is asked.
pub async fn a_question_is_answered(place: impl Fixture<Store: RequestReply>) {
    let (bank, transport) = (Bank::open().await, Arc::new(place.open().await));
    let serving = serving(&bank, &transport).await;
    let remote = Remote::new("bank", transport);
    for number in [7, 7, u64::MAX] {
        let answer = soon(remote.ask(Echo(number)).into_future()).await;
        assert_eq!(answer.expect("the question is answered"), number);
    }
    serving.stop().await;
}

/// With the key that it has.
pub async fn a_command_that_is_repeated_takes_effect_once(place: impl Fixture<Store: RequestReply>) {
    let (bank, transport) = (Bank::open().await, Arc::new(place.open().await));
    let serving = serving(&bank, &transport).await;
    let remote = Remote::new("bank", transport);
    let send = async || {
        let sent = soon(remote.send(deposit(30)).idempotency_key("order-7").into_future()).await;
        sent.expect("the command is accepted")
    };
    let first = send().await;
    assert_eq!(send().await, first, "the receipts of one command");
    assert_eq!(bank.deposits().await, 1);
    let other = soon(remote.send(deposit(30)).into_future()).await;
    assert_ne!(other.expect("the command is accepted"), first);
    assert_eq!(bank.deposits().await, 2);
    serving.stop().await;
}

/// For as long as whoever asks likes.
pub async fn who_is_not_there_yet_is_waited_for(place: impl Fixture<Store: RequestReply>) {
    let (bank, transport) = (Bank::open().await, Arc::new(place.open().await));
    let remote = Remote::new("bank", Arc::clone(&transport));
    let impatient = soon(remote.send(deposit(1)).within(Duration::from_millis(200)).into_future()).await;
    let error = impatient.expect_err("nobody is there");
    assert!(matches!(error, RemoteError::Unavailable(_)), "{error:?}");
    assert!(!error.may_have_taken_effect());
    // Which asks first.
    let sent = remote.send(deposit(1)).into_future();
    let (sent, serving) = soon(join(sent, serving(&bank, &transport))).await;
    sent.expect("the command is accepted");
    assert_eq!(bank.deposits().await, 1);
    serving.stop().await;
}

/// Nobody waits for it any more.
pub async fn what_comes_too_late_is_not_run(place: impl Fixture<Store: RequestReply>) {
    let (bank, transport) = (Bank::open().await, Arc::new(place.open().await));
    let serving = soon(bank.server().at_once(1).serve(Arc::clone(&transport))).await;
    let serving = serving.expect("the bank can be served");
    let remote = Remote::new("bank", Arc::clone(&transport));
    bank.desk.is_shut.store(true, SeqCst);
    let late = async {
        until("the first is in hand", async || !bank.desk.asked.lock().expect("nobody panics").is_empty())
            .await;
        let late = remote.ask(Echo(2)).within(Duration::from_millis(300)).into_future().await;
        let error = late.expect_err("the server is busy");
        assert!(matches!(error, RemoteError::TimedOut(_)) && error.may_have_taken_effect(), "{error:?}");
        bank.desk.is_shut.store(false, SeqCst);
        bank.desk.gate.add_permits(1);
    };
    let first = remote.ask(Echo(1)).within(LATER).into_future();
    let (first, ()) = soon(join(first, late)).await;
    assert_eq!(first.expect("it was waited for"), 1);
    let third = soon(remote.ask(Echo(3)).into_future()).await;
    assert_eq!(third.expect("the server is free"), 3);
    assert_eq!(*bank.desk.asked.lock().expect("nobody panics"), [1, 3], "what was run");
    serving.stop().await;
}

/// And the command takes effect once.
pub async fn a_server_that_dies_is_followed_by_another(place: impl Fixture<Store: RequestReply>) {
    let (bank, transport) = (Bank::open().await, Arc::new(place.open().await));
    let mut dies = serve(&*transport, to("bank", &["command.bank.*", "query.bank.*"])).await;
    let remote = Remote::new("bank", Arc::clone(&transport));
    let died = async {
        let in_hand = next(&mut dies).await;
        drop((dies, in_hand));
        serving(&bank, &transport).await
    };
    let sent = remote.send(deposit(30)).within(LATER).into_future();
    let both = timeout(LATER + SOON, join(sent, died)).await;
    let (sent, serving) = both.expect("an end");
    sent.expect("the other one has accepted the command");
    assert_eq!(bank.deposits().await, 1);
    serving.stop().await;
}
